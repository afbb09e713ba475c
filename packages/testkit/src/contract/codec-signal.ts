import { ok, strictEqual } from 'node:assert/strict';
import { isVoiceError, type EncoderSettings } from '@sidetone/protocol';
import { createSeededRandom } from '../random/seeded-random.js';

const SAMPLE_RATE = 48_000;

/** Truncated, extended, flipped and invented packets, the same in every run. */
export function* hostilePackets(honest: Uint8Array): Generator<Uint8Array> {
  for (let length = 1; length < honest.length; length++) yield honest.slice(0, length);
  yield Uint8Array.from([...honest, ...new Uint8Array(2000)]);
  const random = createSeededRandom(9605);
  for (let round = 0; round < 300; round++) {
    const flipped = honest.slice();
    flipped[random.integer(0, flipped.length - 1)] = random.integer(0, 255);
    yield flipped;
    yield random.bytes(random.integer(1, 300));
  }
  yield new Uint8Array(70_000).fill(0xff);
}

/** Frames of a 440 Hz tone at half of full scale, the right channel a third above. */
export function tones(settings: EncoderSettings, count: number): Float32Array[] {
  const { channels } = settings;
  const length = samplesOf(settings);
  return Array.from({ length: count }, (_, frame) =>
    Float32Array.from({ length }, (_sample, at) => {
      const time = (frame * (length / channels) + Math.floor(at / channels)) / SAMPLE_RATE;
      const pitch = at % channels === 0 ? 440 : 550;
      return 0.5 * Math.sin(2 * Math.PI * pitch * time);
    }),
  );
}

/** Samples of one frame, all channels together. */
export function samplesOf({ channels, frameDurationMs }: EncoderSettings): number {
  return (SAMPLE_RATE / 1000) * frameDurationMs * channels;
}

/** Loudness of all frames together. */
export function rms(frames: readonly Float32Array[]): number {
  let energy = 0;
  let count = 0;
  for (const frame of frames) {
    for (const sample of frame) energy += sample * sample;
    count += frame.length;
  }
  return Math.sqrt(energy / count);
}

/** Runs the decoder on a packet: samples or the one error of its own may come out. */
export function survives(packet: Uint8Array, decode: () => Float32Array): void {
  const shown = Buffer.from(packet).toString('hex').slice(0, 40);
  let samples: Float32Array;
  try {
    samples = decode();
  } catch (error) {
    ok(isVoiceError(error) && error.code === 'ERR_CODEC_PACKET', `${shown}: ${String(error)}`);
    return;
  }
  ok(
    samples.every((sample) => Math.abs(sample) <= 1),
    `${shown} came out as no numbers, or beyond -1..1`,
  );
}

/** For `throws`: a `VoiceError` of this code. */
export function fails(code: string): (error: unknown) => true {
  return (error) => {
    ok(isVoiceError(error), `expected ${code}, it threw ${String(error)}`);
    strictEqual(error.code, code);
    return true;
  };
}
