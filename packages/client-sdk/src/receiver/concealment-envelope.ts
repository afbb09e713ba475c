import { SAMPLES_PER_MS } from '../audio/sample-rate.js';

/** Concealment sounds like the voice for so long. */
export const FULL_CONCEALMENT_MS = 60;
/** By then it has faded out; a machine's hum says nothing. */
export const FADED_CONCEALMENT_MS = 120;

/** Loudness of a concealment that has lasted so long, 0-1. */
export function concealmentGain(concealedMs: number): number {
  if (concealedMs <= FULL_CONCEALMENT_MS) return 1;
  if (concealedMs >= FADED_CONCEALMENT_MS) return 0;
  return (FADED_CONCEALMENT_MS - concealedMs) / (FADED_CONCEALMENT_MS - FULL_CONCEALMENT_MS);
}

/**
 * Fades a concealment, in place.
 * @param concealedMs how long the gap had lasted before the first of these samples
 */
export function shapeConcealment(
  samples: Float32Array,
  channels: 1 | 2,
  concealedMs: number,
): void {
  const count = samples.length / channels;
  if (concealedMs + count / SAMPLES_PER_MS <= FULL_CONCEALMENT_MS) return;
  for (let i = 0; i < count; i++) {
    const gain = concealmentGain(concealedMs + i / SAMPLES_PER_MS);
    for (let channel = 0; channel < channels; channel++) {
      const at = i * channels + channel;
      samples[at] = gain * (samples[at] ?? 0);
    }
  }
}
