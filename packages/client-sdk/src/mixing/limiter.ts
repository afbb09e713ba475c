import { SAMPLE_RATE_HZ, SAMPLES_PER_MS } from '../audio/sample-rate.js';
import { SlidingMinimum } from './sliding-minimum.js';

/** -1 dBFS. */
export const LIMIT: number = 10 ** (-1 / 20);
/** How far it looks ahead, which is how late everything leaves it: 2.5 ms. */
export const LOOK_AHEAD_SAMPLES: number = 2.5 * SAMPLES_PER_MS;
const RELEASE_SECONDS = 0.08;
/** A gain this close to one is one: 0.001 dB. */
const NEARLY_ONE = 0.9999;

/**
 * Keeps a stereo mix below -1 dBFS. It sees peaks 2.5 ms before they leave, so that the level goes
 * down in a slope and not in a step, for both ears at once; it comes back with a time constant of 80 ms.
 * Anything quieter passes as it is, bit for bit, 2.5 ms later.
 *
 * The gain that a sample needs is held down to the smallest of the look-ahead, released slowly, and
 * averaged over the look-ahead: the mean of values of which none is more than a sample may have is
 * no more than that either, so nothing overshoots.
 */
export class Limiter {
  readonly #kept: number = Math.exp(-1 / (RELEASE_SECONDS * SAMPLE_RATE_HZ));
  readonly #delayed = new Float32Array(2 * LOOK_AHEAD_SAMPLES);
  readonly #lowest = new SlidingMinimum(LOOK_AHEAD_SAMPLES + 1);
  /** The held gains of which the mean is taken. */
  readonly #held = new Float64Array(LOOK_AHEAD_SAMPLES + 1).fill(1);
  #sum: number = LOOK_AHEAD_SAMPLES + 1;
  #delayAt = 0;
  #heldAt = 0;
  #gain = 1;
  /** Samples until all held gains are one again. */
  #reducing = 0;

  /** In place; interleaved stereo. */
  process(samples: Float32Array): void {
    for (let i = 0; i + 1 < samples.length; i += 2) {
      const left = samples[i] ?? 0;
      const right = samples[i + 1] ?? 0;
      const gain = this.#nextGain(Math.max(Math.abs(left), Math.abs(right)));
      const at = this.#delayAt;
      samples[i] = gain * (this.#delayed[at] ?? 0);
      samples[i + 1] = gain * (this.#delayed[at + 1] ?? 0);
      this.#delayed[at] = left;
      this.#delayed[at + 1] = right;
      this.#delayAt = at + 2 === this.#delayed.length ? 0 : at + 2;
    }
  }

  /** For the sample that leaves, when one of this loudness comes in. */
  #nextGain(peak: number): number {
    if (peak <= LIMIT && this.#reducing === 0) return 1;
    if (this.#reducing === 0) this.#lowest.clear();
    const lowest = this.#lowest.next(peak > LIMIT ? LIMIT / peak : 1);
    const released = 1 - (1 - this.#gain) * this.#kept;
    this.#gain = Math.min(lowest, released > NEARLY_ONE ? 1 : released);
    this.#hold(this.#gain);
    if (this.#gain < 1) this.#reducing = LOOK_AHEAD_SAMPLES + 1;
    else if ((this.#reducing -= 1) === 0) this.#sum = LOOK_AHEAD_SAMPLES + 1;
    return this.#reducing === 0 ? 1 : this.#sum / (LOOK_AHEAD_SAMPLES + 1);
  }

  #hold(gain: number): void {
    this.#sum += gain - (this.#held[this.#heldAt] ?? 1);
    this.#held[this.#heldAt] = gain;
    this.#heldAt = this.#heldAt === LOOK_AHEAD_SAMPLES ? 0 : this.#heldAt + 1;
  }
}
