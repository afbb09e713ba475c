/** Playing time changes by no more than `STEP_MS` in `PERIOD_MS`: that is not heard in speech. */
const STEP_MS = 8;
const PERIOD_MS = 60;
/** One change is a whole period of the voice, up to this; the time until the next makes up for it. */
const MAX_CHANGE_MS = 15;
const ABOVE_MS = 15;
const BELOW_MS = 10;
/** So far above the target every frame is shortened. */
const CATCH_UP_ABOVE_MS = 95;
/** A delay off the target for less is a block that was asked for late. */
const SETTLED_MS = 40;

/** Brings the playout delay to its target by changing the pace of speech a little. */
export class StretchPolicy {
  #restMs = 0;
  #aboveMs = 0;
  #belowMs = 0;
  #catchUpMs = 0;

  /** How much playing time to add to a frame (positive) or to take from it, in ms; 0 for none. */
  wishMs(delayMs: number, targetMs: number, durationMs: number): number {
    const excessMs = delayMs - targetMs;
    this.#restMs = Math.max(0, this.#restMs - durationMs);
    this.#catchUpMs = excessMs > CATCH_UP_ABOVE_MS ? this.#catchUpMs + durationMs : 0;
    this.#aboveMs = excessMs > ABOVE_MS ? this.#aboveMs + durationMs : 0;
    this.#belowMs = excessMs < -BELOW_MS ? this.#belowMs + durationMs : 0;
    if (this.#catchUpMs >= SETTLED_MS) return -MAX_CHANGE_MS;
    if (this.#restMs > 0) return 0;
    if (this.#aboveMs >= SETTLED_MS) return -MAX_CHANGE_MS;
    return this.#belowMs >= SETTLED_MS ? MAX_CHANGE_MS : 0;
  }

  changed(ms: number): void {
    this.#restMs = (Math.abs(ms) * PERIOD_MS) / STEP_MS;
  }

  /** A new talkspurt begins at the delay it should have. */
  reset(): void {
    this.#restMs = 0;
    this.#aboveMs = 0;
    this.#belowMs = 0;
    this.#catchUpMs = 0;
  }
}
