import { SAMPLES_PER_MS } from './sample-rate.js';

/** Where a talker stands: loudness, and left to right. */
export interface Placement {
  /** Factor, 0-4; 1 leaves it as it is. */
  readonly gain: number;
  /** -1 left, 0 centre, 1 right. */
  readonly pan: number;
}

/** A jump in loudness is a click; over 10 ms it is none. */
const RAMP_SAMPLES = 10 * SAMPLES_PER_MS;

/** The factor of one ear, which moves to its goal in small steps. */
export class GainRamp {
  #current: number | null = null;
  #goal = 1;
  #step = 0;

  /** The first goal counts at once: nothing has been heard that could click. */
  setGoal(goal: number): void {
    if (this.#current === null) this.#current = goal;
    if (goal === this.#goal && this.#step === 0) return;
    this.#goal = goal;
    this.#step = (goal - this.#current) / RAMP_SAMPLES;
  }

  next(): number {
    const current = this.#current ?? this.#goal;
    if (this.#step === 0) return current;
    const moved = current + this.#step;
    const isThere = this.#step > 0 ? moved >= this.#goal : moved <= this.#goal;
    this.#current = isThere ? this.#goal : moved;
    if (isThere) this.#step = 0;
    return this.#current;
  }
}

/**
 * Factors of left and right, of constant power (their squares add up to two): a voice is equally
 * loud wherever it stands, and unchanged in the centre.
 */
export function panGains({ gain, pan }: Placement): {
  readonly left: number;
  readonly right: number;
} {
  if (pan === 0) return { left: gain, right: gain };
  const angle = ((Math.max(-1, Math.min(1, pan)) + 1) * Math.PI) / 4;
  return { left: Math.SQRT2 * Math.cos(angle) * gain, right: Math.SQRT2 * Math.sin(angle) * gain };
}
