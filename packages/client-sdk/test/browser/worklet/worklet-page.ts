import type { OpusFrame } from '../../../src/audio/opus-frame.js';
import { FrameLine } from '../../../src/browser/frames/frame-line.js';
import { RemotePlayback } from '../../../src/browser/playback/remote-playback.js';
import { systemClock } from '../../../src/clock/system-clock.js';
import type { CapturedSamples } from '../../../src/browser/ports.js';

/** What a page found that plays into its own microphone. */
export interface LoopReport {
  readonly sampleRate: number;
  /** Frames went through shared memory. */
  readonly isIsolated: boolean;
  /** As the tap was given it, from the first sound on. */
  readonly played: readonly number[];
  /** As it came through both worklets, from the first sound on. */
  readonly captured: readonly number[];
  readonly chunkLengths: readonly number[];
  readonly concealedMs: number | undefined;
  readonly failures: readonly string[];
}

declare global {
  interface Window {
    playIntoMicrophone(packets: readonly (readonly number[])[]): Promise<LoopReport>;
  }
}

const DELAY_MS = 1_000;

const NOTHING = {
  sources: () => [],
  transmissionsOf: () => [],
  hears: () => false,
  channelsOfPatch: () => [],
  patchedNets: () => new Map<string | null, string>(),
};

window.playIntoMicrophone = async (packets) => {
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.audioWorklet.addModule('/worklet.js');
  const failures: string[] = [];
  const fail = (cause: unknown): void => void failures.push(String(cause));
  const playback = new RemotePlayback({
    clock: systemClock,
    heard: NOTHING,
    packetsRefused: (count) => fail(`"${count}" packets were refused`),
    tapFailed: fail,
    failed: fail,
  });
  const played: number[] = [];
  const chunks: number[][] = [];
  playback.addTap({ write: ({ samples }) => void played.push(...samples) });
  const frames = openPlayback(context, playback, openMicrophone(context, chunks));
  frames.decoder(await WebAssembly.compileStreaming(fetch('/decoder.wasm')));
  await context.resume();
  // Only who pulls is played to.
  await waitFor(() => chunks.length >= 10);
  send(packets, frames);
  const enough = chunks.length + (DELAY_MS + 20 * packets.length) / 10 + 20;
  await waitFor(() => chunks.length >= enough);
  playback.statistics();
  await waitFor(() => playback.statistics().size > 0);
  const concealedMs = playback.statistics().get('source-1')?.concealedMs;
  await context.close();
  return {
    sampleRate: context.sampleRate,
    isIsolated: crossOriginIsolated,
    played: sounding(played),
    captured: sounding(chunks.flat()),
    chunkLengths: [...new Set(chunks.map(({ length }) => length))],
    concealedMs,
    failures,
  };
};

function openMicrophone(context: AudioContext, chunks: number[][]): AudioNode {
  const microphone = new AudioWorkletNode(context, 'sidetone-microphone', {
    numberOfOutputs: 1,
    channelCount: 1,
    channelCountMode: 'explicit',
  });
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<CapturedSamples>) => {
    chunks.push([...data.samples]);
    port1.postMessage({ type: 'returned', samples: data.samples }, [data.samples.buffer]);
  };
  microphone.port.postMessage({ type: 'connect', port: port2 }, [port2]);
  microphone.connect(context.destination);
  return microphone;
}

function openPlayback(context: AudioContext, playback: RemotePlayback, to: AudioNode): FrameLine {
  const node = new AudioWorkletNode(context, 'sidetone-playback', {
    numberOfInputs: 0,
    outputChannelCount: [2],
    // More than there is to be sent.
    processorOptions: { latency: 'normal', playoutDelayMs: DELAY_MS },
  });
  const { port1, port2 } = new MessageChannel();
  node.port.postMessage({ type: 'connect', port: port2 }, [port2]);
  playback.attach(node.port);
  node.connect(to);
  return new FrameLine(port1);
}

/** All at once: then no time counts but that of the audio thread. */
function send(packets: readonly (readonly number[])[], to: FrameLine): void {
  const arrivedAtMs = performance.timeOrigin + performance.now();
  packets.forEach((packet, seq) => {
    const frame: OpusFrame = {
      source: { id: 'source-1', handle: 1, session: 'ann', kind: 'microphone' },
      route: { id: 'route-1', handle: 1, kind: 'channel', channel: 'command' },
      seq,
      time: seq * 960,
      durationMs: 20,
      start: seq === 0,
      end: seq === packets.length - 1,
      level: null,
      packet: Uint8Array.from(packet),
    };
    to.send(frame, arrivedAtMs);
  });
}

async function waitFor(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}

function sounding(samples: readonly number[]): readonly number[] {
  return samples.slice(samples.findIndex((sample) => sample !== 0));
}
