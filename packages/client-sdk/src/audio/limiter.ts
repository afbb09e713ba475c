import { SAMPLE_RATE_HZ } from './sample-rate.js';

/** -1 dBFS. */
export const LIMIT: number = 10 ** (-1 / 20);
const RELEASE_SECONDS = 0.08;

/**
 * Keeps a stereo mix below -1 dBFS: louder peaks pull both ears down at once, and the level comes
 * back within 80 ms. Anything quieter passes unchanged, bit for bit.
 */
export class Limiter {
  readonly #release = Math.exp(-1 / (RELEASE_SECONDS * SAMPLE_RATE_HZ));
  #peak = 0;

  /** In place; interleaved stereo. */
  process(samples: Float32Array): void {
    for (let i = 0; i + 1 < samples.length; i += 2) {
      const left = samples[i] ?? 0;
      const right = samples[i + 1] ?? 0;
      const loudest = Math.max(Math.abs(left), Math.abs(right));
      this.#peak = Math.max(loudest, this.#peak * this.#release);
      if (this.#peak <= LIMIT) continue;
      const gain = LIMIT / this.#peak;
      samples[i] = left * gain;
      samples[i + 1] = right * gain;
    }
  }
}
