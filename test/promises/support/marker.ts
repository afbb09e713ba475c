const SAMPLE_RATE_HZ = 48_000;
const MARKER_SAMPLES = 960;
/** From where to where each kind sweeps, in Hz: no two resemble each other. */
const SWEEPS = [
  [400, 1_600],
  [3_000, 1_800],
  [1_600, 400],
  [1_800, 3_000],
] as const;
const KINDS: number = SWEEPS.length;
/** Of a marker with what an encoder made of it. */
const LEAST_CORRELATION = 0.5;
/** No marker has anything above 3 kHz, so every fourth sample is enough to find it roughly. */
const COARSE_STEP = 4;
/** So that noise resembles nothing. */
const QUIET_ENERGY = 1;

/** A sound of 20 ms that is found again to the sample, whatever a speech codec makes of it. */
export function marker(number: number): Float32Array {
  const [from, to] = SWEEPS[number % KINDS] ?? [400, 1_600];
  return Float32Array.from({ length: MARKER_SAMPLES }, (_, i) => {
    const seconds = i / SAMPLE_RATE_HZ;
    const lasting = MARKER_SAMPLES / SAMPLE_RATE_HZ;
    const phase = 2 * Math.PI * (from + ((to - from) * seconds) / (2 * lasting)) * seconds;
    return 0.5 * Math.sin(phase) * Math.sin((Math.PI * i) / MARKER_SAMPLES) ** 2;
  });
}

/** Where in `samples` the marker begins, looked for in `from` to `to`; `null` where it is not. */
export function findMarker(
  samples: Float32Array,
  number: number,
  from: number,
  to: number,
): number | null {
  const wanted = marker(number);
  const last = samples.length - wanted.length;
  const coarse = search(samples, wanted, { from, to: Math.min(to, last), step: COARSE_STEP });
  if (coarse.at === null) return null;
  const near = { from: coarse.at - COARSE_STEP, to: coarse.at + COARSE_STEP + 1, step: 1 };
  return search(samples, wanted, { ...near, to: Math.min(near.to, last) }).at;
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** Of the places, and of the samples that are compared at each. */
  readonly step: number;
}

function search(samples: Float32Array, wanted: Float32Array, { from, to, step }: Range) {
  let at: number | null = null;
  let score = LEAST_CORRELATION;
  for (let place = Math.max(0, from); place < to; place += step) {
    const found = correlation(samples, wanted, place, step);
    if (found <= score) continue;
    at = place;
    score = found;
  }
  return { at };
}

function correlation(samples: Float32Array, wanted: Float32Array, at: number, step: number) {
  let product = 0;
  let wantedEnergy = 0;
  let energy = QUIET_ENERGY;
  for (let i = 0; i < wanted.length; i += step) {
    const value = wanted[i] ?? 0;
    const heard = samples[at + i] ?? 0;
    product += value * heard;
    wantedEnergy += value * value;
    energy += heard * heard;
  }
  return product / Math.sqrt(wantedEnergy * energy);
}
