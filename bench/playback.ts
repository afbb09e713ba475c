import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Codec } from '@sidetone/protocol';
import { opus } from '@sidetone/plugin-opus';
import { speech, speechNames } from '@sidetone/testkit';
import { PlaybackLoad } from '../packages/client-sdk/test/support/playback-load.js';

const TALKERS = 20;
const FRAME_SAMPLES = 960;
const FRAME_MS = 20;
const RUNS = 7;
const FRAMES = 250;
const WARM_UP_FRAMES = 500;

/** What it costs to hear 20 people at once on one core: medians of several runs. */
export interface PlaybackResult {
  readonly talkers: number;
  /** CPU for one second of one talker's sound, in ms: received, decoded and mixed. */
  readonly cpuMsPerTalkerSecond: number;
  /** The same packets through the decoders alone. */
  readonly decoderMsPerTalkerSecond: number;
  /** Of one core, for all of them. */
  readonly coreShare: number;
  /** What is left after a garbage collection that was not there before, for each frame. */
  readonly heapGrowthBytesPerFrame: number;
}

export function measurePlayback(): PlaybackResult {
  const codec = opus();
  const packetsOf = Array.from({ length: TALKERS }, (_, talker) => encoded(codec, talker));
  const load = new PlaybackLoad(codec, packetsOf);
  const decode = decoding(codec, packetsOf);
  load.run(WARM_UP_FRAMES);
  decode(WARM_UP_FRAMES);
  const collect = garbageCollector();
  const playing: number[] = [];
  const decoders: number[] = [];
  collect();
  const heapBefore = process.memoryUsage().heapUsed;
  for (let run = 0; run < RUNS; run++) {
    playing.push(cpuMsOf(() => load.run(FRAMES)));
    decoders.push(cpuMsOf(() => decode(FRAMES)));
  }
  collect();
  const grown = process.memoryUsage().heapUsed - heapBefore;
  load.playback.clear();
  const talkerSeconds = (TALKERS * FRAMES * FRAME_MS) / 1000;
  const cpuMsPerTalkerSecond = median(playing) / talkerSeconds;
  return {
    talkers: TALKERS,
    cpuMsPerTalkerSecond,
    decoderMsPerTalkerSecond: median(decoders) / talkerSeconds,
    coreShare: (cpuMsPerTalkerSecond * TALKERS) / 1000,
    heapGrowthBytesPerFrame: Math.max(0, grown) / (RUNS * FRAMES * TALKERS),
  };
}

export function playbackText(result: PlaybackResult): string {
  const { talkers, cpuMsPerTalkerSecond, decoderMsPerTalkerSecond } = result;
  return [
    `${talkers} talkers at once: ${cpuMsPerTalkerSecond.toFixed(2)} ms of CPU for a second of each, ` +
      `${(100 * result.coreShare).toFixed(1)} % of a core for all`,
    `decoders alone: ${decoderMsPerTalkerSecond.toFixed(2)} ms; ` +
      `heap grown by ${result.heapGrowthBytesPerFrame.toFixed(2)} bytes a frame`,
  ].join('\n');
}

/** Each begins somewhere else, so that they do not all say the same at once. */
function encoded(codec: Codec, talker: number): readonly Uint8Array[] {
  const samples = speech(speechNames[talker % speechNames.length] ?? 'alpha');
  const frames = Math.floor(samples.length / FRAME_SAMPLES);
  const encoder = codec.createEncoder({
    channels: 1,
    frameDurationMs: FRAME_MS,
    bitrateBps: 32_000,
    application: 'voice',
  });
  const packets = Array.from({ length: frames }, (_, i) => {
    const from = ((i + 13 * talker) % frames) * FRAME_SAMPLES;
    return encoder.encode(samples.subarray(from, from + FRAME_SAMPLES)).slice();
  });
  encoder.close();
  return packets;
}

function decoding(codec: Codec, packetsOf: readonly (readonly Uint8Array[])[]) {
  const decoders = packetsOf.map(() => codec.createDecoder({ channels: 1 }));
  const out = new Float32Array(FRAME_SAMPLES);
  let at = 0;
  return (frames: number): void => {
    for (let frame = 0; frame < frames; frame++, at++) {
      for (const [talker, packets] of packetsOf.entries()) {
        decoders[talker]?.decodeInto(packets[at % packets.length] as Uint8Array, out);
      }
    }
  };
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

function cpuMsOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
