import { SAMPLE_RATE_HZ, SAMPLES_PER_MS } from '../../audio/sample-rate.js';
import { StreamResampler } from '../../audio/stream-resampler.js';

/** Pulled at once: 2.5 ms, about a quantum. */
const BLOCK_SAMPLES = 2.5 * SAMPLES_PER_MS;

/**
 * Stereo for a context that does not run at 48 kHz: where a browser takes a microphone only in a
 * context of the microphone's own rate. It makes memory for each block; at 48 kHz nothing comes by here.
 */
export class ResampledSound {
  readonly #pull: (block: Float32Array, heardAtMs: number) => void;
  readonly #resampler: StreamResampler;
  readonly #samplesPerMs: number;
  readonly #block = new Float32Array(2 * BLOCK_SAMPLES);
  #rest: Float32Array = new Float32Array(0);

  constructor(sampleRateHz: number, pull: (block: Float32Array, heardAtMs: number) => void) {
    this.#pull = pull;
    this.#samplesPerMs = sampleRateHz / 1_000;
    this.#resampler = new StreamResampler(2, SAMPLE_RATE_HZ, sampleRateHz);
  }

  fill(out: Float32Array, heardAtMs: number): void {
    let filled = 0;
    while (filled < out.length) {
      if (this.#rest.length === 0) {
        this.#pull(this.#block, heardAtMs + filled / 2 / this.#samplesPerMs);
        this.#rest = this.#resampler.add(this.#block);
        continue;
      }
      const count = Math.min(this.#rest.length, out.length - filled);
      out.set(this.#rest.subarray(0, count), filled);
      this.#rest = this.#rest.subarray(count);
      filled += count;
    }
  }
}
