import type { Clock } from '../../clock/clock.js';
import { asAudioError, pageError } from '../audio/audio-error.js';
import type { AudioPage } from '../audio/audio-page.js';
import { AudioRun } from '../audio/audio-run.js';
import { PLAYBACK_PROCESSOR, type ProcessorEnd } from '../worklet/worklet-scope.js';
import type { PlaybackFindings, PreflightCheck } from './preflight-report.js';

export interface PlaybackCheckParts {
  readonly page: AudioPage;
  readonly clock: Clock;
  readonly addWorklet: (context: AudioContext) => Promise<void>;
  /** Resolves when the Worker has compiled the codec. */
  readonly startWorker: () => Promise<Pick<Worker, 'terminate'>>;
}

/** Whether a context runs, the worklet and the Worker load, and the codec may be compiled. */
export async function checkPlayback(
  parts: PlaybackCheckParts,
): Promise<PreflightCheck<PlaybackFindings>> {
  const problem = pageError(parts.page);
  if (problem) return { ok: false, error: problem };
  try {
    return { ok: true, ...(await tryPlayback(parts)) };
  } catch (cause) {
    return { ok: false, error: asAudioError(cause) };
  }
}

async function tryPlayback(parts: PlaybackCheckParts): Promise<PlaybackFindings> {
  const { page, clock, addWorklet, startWorker } = parts;
  const context = page.createContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  const run = new AudioRun(context, clock);
  // In the turn of the gesture.
  run.resume();
  const worker = startWorker();
  try {
    const [loaded, started] = await Promise.allSettled([addWorklet(context), worker]);
    if (loaded.status === 'rejected') throw loaded.reason;
    if (started.status === 'rejected') throw started.reason;
    const node = page.createNode(context, PLAYBACK_PROCESSOR, { numberOfInputs: 0 });
    node.port.postMessage({ type: 'close' } satisfies ProcessorEnd);
    await run.running();
    const { baseLatency = 0, outputLatency = 0 } = context as Partial<AudioContext>;
    return { latencyMs: (baseLatency + outputLatency) * 1_000 };
  } finally {
    await worker.then(
      (one) => one.terminate(),
      () => undefined,
    );
    await run.close();
  }
}
