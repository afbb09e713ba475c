import { Session, type HeapProfiler } from 'node:inspector/promises';

/** All that is allocated meanwhile, garbage included, as V8 samples it: about each 512 bytes. */
export async function allocatedBytes(run: () => void): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.enable');
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: 512,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    } as HeapProfiler.StartSamplingParameterType);
    run();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    return bytesIn(profile.head);
  } finally {
    session.disconnect();
  }
}

function bytesIn({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + bytesIn(child), selfSize);
}
