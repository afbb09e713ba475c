import { compareSpeech } from '@sidetone/testkit';

const SAMPLE_RATE = 48_000;
/** So much may be placed by itself: what comes late is played a little faster or slower. */
export const EIGHTH: number = SAMPLE_RATE / 8;
/** How far a piece may lie from where its second lies, and a second from where the one before says. */
const PLAY = 0.06 * SAMPLE_RATE;
const NEAR = 0.25 * SAMPLE_RATE;
/** Speech that is at another place resembles it less. */
const FOUND = 0.6;
/** RMS below which a second is a pause. */
const SPEECH_RMS = 0.02;

/**
 * How close each second of speech in a recording is to what was said.
 * @param said one round of what was said again and again, up to 8 s
 * @param piece samples that are placed together: the second, or parts of it
 */
export function correlationPerSecond(
  recorded: Float32Array,
  said: Float32Array,
  piece: number = SAMPLE_RATE,
): number[] {
  // A second may go over the end of one round into the next.
  const rounds = new Float32Array(said.length + 2 * SAMPLE_RATE);
  rounds.set(said);
  rounds.set(said.subarray(0, 2 * SAMPLE_RATE), said.length);
  const correlations: number[] = [];
  let expected: number | null = null;
  for (let from = 0; from + SAMPLE_RATE <= recorded.length; from += SAMPLE_RATE) {
    const second = recorded.subarray(from, from + SAMPLE_RATE);
    if (expected !== null) expected = (expected + SAMPLE_RATE) % said.length;
    if (rmsOf(second) < SPEECH_RMS) continue;
    const place = placeOf(second, rounds, expected);
    correlations.push(correlationAt(place, second, rounds, piece));
    expected = place;
  }
  return correlations;
}

/** Where the second was said: where it follows the one before, or else at the best of all places. */
function placeOf(second: Float32Array, rounds: Float32Array, expected: number | null): number {
  if (expected !== null) {
    const from = Math.max(0, expected - NEAR);
    const near = compare(second, rounds.subarray(from, expected + SAMPLE_RATE + NEAR));
    if (near.correlation >= FOUND) return from + near.shiftSamples;
  }
  return compare(second, rounds).shiftSamples;
}

function correlationAt(
  place: number,
  second: Float32Array,
  rounds: Float32Array,
  size: number,
): number {
  let weighted = 0;
  let energy = 0;
  for (let at = 0; at < second.length; at += size) {
    const piece = second.subarray(at, at + size);
    const weight = rmsOf(piece) ** 2;
    if (weight === 0) continue;
    const from = Math.max(0, place + at - PLAY);
    const around = rounds.subarray(from, Math.max(from, place + at) + size + PLAY);
    weighted += weight * compare(piece, around).correlation;
    energy += weight;
  }
  return weighted / energy;
}

function compare(
  part: Float32Array,
  whole: Float32Array,
): { readonly shiftSamples: number; readonly correlation: number } {
  const maxShiftMs = Math.min(10_000, (1_000 * whole.length) / SAMPLE_RATE);
  return compareSpeech(part, whole, { sampleRate: SAMPLE_RATE, maxShiftMs });
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The longest stretch in which every 10 ms are below -50 dBFS, between sounds, in ms. */
export function longestGapMs(recorded: Float32Array): number {
  const block = SAMPLE_RATE / 100;
  const loud: number[] = [];
  for (let at = 0; at + block <= recorded.length; at += block) {
    if (rmsOf(recorded.subarray(at, at + block)) > 0.003) loud.push(at / block);
  }
  return Math.max(0, ...loud.slice(1).map((at, i) => 10 * (at - (loud[i] ?? 0) - 1)));
}

function rmsOf(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
