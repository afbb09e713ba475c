import { RAMP_MS, GainRamp } from './gain-ramp.js';
import { DUCK_ATTACK_MS, DUCK_RELEASE_MS } from './ducking.js';
import { panGains } from './placement.js';

/** The place of one talker in the mix, and what it moves through to get there. */
export class Strip {
  readonly #left = new GainRamp();
  readonly #right = new GainRamp();
  readonly #duck = new GainRamp();
  #gain = NaN;
  #pan = NaN;
  #duckGoal = NaN;

  /** @param floor the least that gain and ducking leave together */
  set(gain: number, pan: number, ducking: number, floor: number): void {
    const heldGain = Math.max(gain, floor);
    if (heldGain !== this.#gain || pan !== this.#pan) {
      this.#gain = heldGain;
      this.#pan = pan;
      const { left, right } = panGains({ gain: heldGain, pan });
      this.#left.setGoal(left, RAMP_MS);
      this.#right.setGoal(right, RAMP_MS);
    }
    const goal = heldGain > 0 ? Math.max(ducking, floor / heldGain) : ducking;
    if (goal === this.#duckGoal) return;
    this.#duck.setGoal(goal, goal < this.#duckGoal ? DUCK_ATTACK_MS : DUCK_RELEASE_MS);
    this.#duckGoal = goal;
  }

  /** Nothing is heard of it any more: the next talk begins where it should be. */
  reset(): void {
    this.#gain = NaN;
    this.#duckGoal = NaN;
    this.#left.reset();
    this.#right.reset();
    this.#duck.reset();
  }

  /**
   * Adds a talker to a stereo mix.
   * @param from its samples: one for each pair of the mix, or two where it has two channels
   * @param mix interleaved stereo, written from `offset` on
   */
  add(from: Float32Array, channels: 1 | 2, mix: Float32Array, offset: number, count: number): void {
    const isSettled = this.#left.settled && this.#right.settled && this.#duck.settled;
    if (isSettled) this.#addEvenly(from, channels, mix, offset, count);
    else this.#addMoving(from, channels, mix, offset, count);
  }

  #addEvenly(
    from: Float32Array,
    channels: 1 | 2,
    mix: Float32Array,
    offset: number,
    count: number,
  ): void {
    const left = this.#left.current * this.#duck.current;
    const right = this.#right.current * this.#duck.current;
    const other = channels - 1;
    for (let i = 0; i < count; i++) {
      const at = offset + 2 * i;
      mix[at] = (mix[at] ?? 0) + left * (from[i * channels] ?? 0);
      mix[at + 1] = (mix[at + 1] ?? 0) + right * (from[i * channels + other] ?? 0);
    }
  }

  #addMoving(
    from: Float32Array,
    channels: 1 | 2,
    mix: Float32Array,
    offset: number,
    count: number,
  ): void {
    const other = channels - 1;
    for (let i = 0; i < count; i++) {
      const at = offset + 2 * i;
      const duck = this.#duck.next();
      mix[at] = (mix[at] ?? 0) + this.#left.next() * duck * (from[i * channels] ?? 0);
      mix[at + 1] =
        (mix[at + 1] ?? 0) + this.#right.next() * duck * (from[i * channels + other] ?? 0);
    }
  }
}
