import { SAMPLES_PER_MS } from '../audio/sample-rate.js';

/** A jump in loudness is a click; over 10 ms it is none. */
export const RAMP_MS = 10;

/** A factor that moves to its goal in even steps, one with each sample. */
export class GainRamp {
  #current = NaN;
  #goal = NaN;
  #step = 0;

  /** Nothing moves: `current` holds until the next goal. */
  get settled(): boolean {
    return this.#step === 0;
  }

  get current(): number {
    return this.#current;
  }

  /**
   * Goes there from where it is. The first goal counts at once: nothing has been heard that could
   * click.
   */
  setGoal(goal: number, rampMs: number = RAMP_MS): void {
    if (goal === this.#goal) return;
    this.#goal = goal;
    if (Number.isNaN(this.#current)) this.#current = goal;
    this.#step = (goal - this.#current) / (rampMs * SAMPLES_PER_MS);
  }

  next(): number {
    if (this.#step === 0) return this.#current;
    const moved = this.#current + this.#step;
    const isThere = this.#step > 0 ? moved >= this.#goal : moved <= this.#goal;
    this.#current = isThere ? this.#goal : moved;
    if (isThere) this.#step = 0;
    return this.#current;
  }

  /** The next goal is a first one again. */
  reset(): void {
    this.#current = NaN;
    this.#goal = NaN;
    this.#step = 0;
  }
}
