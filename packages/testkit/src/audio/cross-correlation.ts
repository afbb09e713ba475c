import { FourierTransform } from './fourier.js';

/** Below this share of the loudest window, rounding errors would pass for a match. */
const QUIETEST_WINDOW = 1e-9;

/**
 * `sum(reference[n] * heard[n + shift])` for every shift of `-maxShift..maxShift`, shift
 * `-maxShift` first, normalised to -1..1 by the energy of the reference and of the part of `heard`
 * that lies under it. What lies outside either recording counts as zero.
 */
export function crossCorrelate(
  reference: Float32Array,
  heard: Float32Array,
  maxShift: number,
): Float64Array {
  const products = correlateByTransform(reference, heard, maxShift);
  const referenceEnergy = energyOf(reference);
  const heardEnergy = cumulativeEnergy(heard);
  const windows = products.map((_, i) => {
    const start = i - maxShift;
    return between(heardEnergy, start, start + reference.length);
  });
  const loudest = windows.reduce((max, energy) => Math.max(max, energy), 0);
  return products.map((product, i) => {
    const energy = windows[i] ?? 0;
    if (energy <= loudest * QUIETEST_WINDOW) return 0;
    return product / Math.sqrt(referenceEnergy * energy);
  });
}

export function energyOf(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return energy;
}

/**
 * Both recordings are real, so one transform of `reference + i heard` gives both spectra: with Z
 * its value at k and Y the conjugate of that at -k, they are (Z + Y) / 2 and (Z - Y) / 2i.
 */
function correlateByTransform(
  reference: Float32Array,
  heard: Float32Array,
  maxShift: number,
): Float64Array {
  // Room for the largest shift, so that the circular correlation does not wrap into the result.
  const needed = Math.max(reference.length, heard.length) + maxShift + 1;
  const length = 2 ** Math.ceil(Math.log2(needed));
  const transform = new FourierTransform(length);
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  re.set(reference);
  im.set(heard);
  transform.forward(re, im);
  for (let k = 0; k <= length / 2; k++) {
    multiplyPair(re, im, transform.position(k), transform.position((length - k) % length));
  }
  transform.inverse(re, im);
  return Float64Array.from(
    { length: 2 * maxShift + 1 },
    (_, i) => re[(i - maxShift + length) % length]! / length,
  );
}

/** Writes conjugate(R) * H at one frequency and, as the product is real in time, its mirror. */
function multiplyPair(re: Float64Array, im: Float64Array, at: number, mirror: number): void {
  const referenceRe = (re[at]! + re[mirror]!) / 2;
  const referenceIm = (im[at]! - im[mirror]!) / 2;
  const heardRe = (im[at]! + im[mirror]!) / 2;
  const heardIm = (re[mirror]! - re[at]!) / 2;
  re[at] = referenceRe * heardRe + referenceIm * heardIm;
  im[at] = referenceRe * heardIm - referenceIm * heardRe;
  re[mirror] = re[at];
  im[mirror] = -im[at];
}

function cumulativeEnergy(samples: Float32Array): Float64Array {
  const sums = new Float64Array(samples.length + 1);
  for (let i = 0; i < samples.length; i++) sums[i + 1] = sums[i]! + samples[i]! ** 2;
  return sums;
}

function between(sums: Float64Array, start: number, end: number): number {
  const last = sums.length - 1;
  const from = Math.min(last, Math.max(0, start));
  const to = Math.min(last, Math.max(0, end));
  return sums[to]! - sums[from]!;
}
