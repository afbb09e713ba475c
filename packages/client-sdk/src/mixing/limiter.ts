import { SAMPLE_RATE_HZ, SAMPLES_PER_MS } from '../audio/sample-rate.js';
import { SlidingMinimum } from './sliding-minimum.js';

/** -1 dBFS. */
export const LIMIT: number = 10 ** (-1 / 20);
/** How far it looks ahead, which is how late everything leaves it: 2.5 ms. */
export const LOOK_AHEAD_SAMPLES: number = 2.5 * SAMPLES_PER_MS;
const RELEASE_SECONDS = 0.08;
const KEPT: number = Math.exp(-1 / (RELEASE_SECONDS * SAMPLE_RATE_HZ));
const BLOCK_SAMPLES = 480;
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
  readonly #delayed = new Float32Array(2 * LOOK_AHEAD_SAMPLES);
  readonly #lowest = new SlidingMinimum(LOOK_AHEAD_SAMPLES + 1);
  /** The held gains of which the mean is taken. */
  readonly #held = new Float64Array(LOOK_AHEAD_SAMPLES + 1).fill(1);
  /** Of the block at hand: what each sample needs, then what it gets. */
  readonly #gains = new Float64Array(BLOCK_SAMPLES);
  /** The last held gain and the sum of all: in an array, for numbers of objects are made anew. */
  readonly #state: Float64Array = Float64Array.of(1, LOOK_AHEAD_SAMPLES + 1);
  #delayAt = 0;
  #heldAt = 0;
  /** Samples until all held gains are one again. */
  #reducing = 0;

  /** In place; interleaved stereo. */
  process(samples: Float32Array): void {
    for (let from = 0; from < samples.length; from += 2 * BLOCK_SAMPLES) {
      const count = Math.min(BLOCK_SAMPLES, (samples.length - from) / 2);
      const isLoud = this.#measure(samples, from, count);
      if (isLoud && this.#reducing === 0) this.#lowest.clear();
      const isReduced = isLoud || this.#reducing > 0;
      if (isReduced) this.#follow(count);
      this.#delay(samples, from, count, isReduced);
    }
  }

  /** Whether any sample needs less than full gain. */
  #measure(samples: Float32Array, from: number, count: number): boolean {
    let isLoud = false;
    for (let i = 0; i < count; i++) {
      const left = Math.abs(samples[from + 2 * i] ?? 0);
      const right = Math.abs(samples[from + 2 * i + 1] ?? 0);
      const peak = left > right ? left : right;
      this.#gains[i] = peak > LIMIT ? LIMIT / peak : 1;
      if (peak > LIMIT) isLoud = true;
    }
    return isLoud;
  }

  #follow(count: number): void {
    this.#lowest.replace(this.#gains, count);
    let held = this.#state[0] ?? 1;
    let sum = this.#state[1] ?? 1;
    for (let i = 0; i < count; i++) {
      const released = 1 - (1 - held) * KEPT;
      held = Math.min(this.#gains[i] ?? 1, released > NEARLY_ONE ? 1 : released);
      sum += held - (this.#held[this.#heldAt] ?? 1);
      this.#held[this.#heldAt] = held;
      this.#heldAt = this.#heldAt === LOOK_AHEAD_SAMPLES ? 0 : this.#heldAt + 1;
      if (held < 1) this.#reducing = LOOK_AHEAD_SAMPLES + 1;
      else if (this.#reducing > 0) this.#reducing -= 1;
      // Exact again, whatever rounding has left in it.
      if (this.#reducing === 0) sum = LOOK_AHEAD_SAMPLES + 1;
      this.#gains[i] = sum / (LOOK_AHEAD_SAMPLES + 1);
    }
    this.#state[0] = held;
    this.#state[1] = sum;
  }

  #delay(samples: Float32Array, from: number, count: number, isReduced: boolean): void {
    for (let i = 0; i < count; i++) {
      const at = from + 2 * i;
      const gain = isReduced ? (this.#gains[i] ?? 1) : 1;
      const left = samples[at] ?? 0;
      const right = samples[at + 1] ?? 0;
      samples[at] = gain * (this.#delayed[this.#delayAt] ?? 0);
      samples[at + 1] = gain * (this.#delayed[this.#delayAt + 1] ?? 0);
      this.#delayed[this.#delayAt] = left;
      this.#delayed[this.#delayAt + 1] = right;
      this.#delayAt = this.#delayAt + 2 === this.#delayed.length ? 0 : this.#delayAt + 2;
    }
  }
}
