import { crossCorrelate, energyOf } from './cross-correlation.js';

export interface Alignment {
  readonly shiftSamples: number;
  readonly correlation: number;
}

/** Speech has most of its energy below half of this, so the coarse search needs no more. */
const COARSE_RATE_HZ = 12_000;
/** Coarse steps to either side that the exact search looks at. */
const FINE_STEPS = 2;

export interface AlignmentOptions {
  readonly sampleRate: number;
  /** `-maxShift` by default. */
  readonly minShift?: number;
  /** 0 or more, in samples. */
  readonly maxShift: number;
}

/**
 * The shift with the highest correlation: searched over the whole range at a lower sample rate,
 * then sample by sample around the best place.
 */
export function align(
  reference: Float32Array,
  heard: Float32Array,
  { sampleRate, maxShift, minShift = -maxShift }: AlignmentOptions,
): Alignment {
  const factor = Math.max(1, Math.floor(sampleRate / COARSE_RATE_HZ));
  const coarseMax = Math.ceil(maxShift / factor);
  const coarseMin = Math.max(-coarseMax, Math.floor(minShift / factor));
  const scores = crossCorrelate(thin(reference, factor), thin(heard, factor), coarseMax);
  const wanted = scores.subarray(coarseMin + coarseMax);
  const middle = (indexOfMax(wanted) + coarseMin) * factor;
  const from = Math.max(minShift, middle - FINE_STEPS * factor);
  const to = Math.min(maxShift, middle + FINE_STEPS * factor);
  const referenceEnergy = energyOf(reference);
  const measure = (shiftSamples: number): Alignment => {
    const { product, heardEnergy } = multiplyAt(reference, heard, shiftSamples);
    const correlation = heardEnergy === 0 ? 0 : product / Math.sqrt(referenceEnergy * heardEnergy);
    return { shiftSamples, correlation };
  };
  let best = measure(Math.max(0, minShift));
  for (let shift = from; shift <= to; shift++) {
    const alignment = measure(shift);
    if (alignment.correlation > best.correlation) best = alignment;
  }
  return best;
}

/** Means of `factor` samples each. */
function thin(samples: Float32Array, factor: number): Float32Array {
  const thinned = new Float32Array(Math.ceil(samples.length / factor));
  for (let i = 0; i < samples.length; i++) {
    thinned[Math.floor(i / factor)]! += samples[i]! / factor;
  }
  return thinned;
}

function multiplyAt(
  reference: Float32Array,
  heard: Float32Array,
  shift: number,
): { readonly product: number; readonly heardEnergy: number } {
  let product = 0;
  let heardEnergy = 0;
  const end = Math.min(reference.length, heard.length - shift);
  for (let n = Math.max(0, -shift); n < end; n++) {
    const sample = heard[n + shift]!;
    product += reference[n]! * sample;
    heardEnergy += sample * sample;
  }
  return { product, heardEnergy };
}

function indexOfMax(values: Float64Array): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}
