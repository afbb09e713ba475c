/** Playing time changes by no more than `STEP_MS` in `PERIOD_MS`: that is not heard in speech. */
const STEP_MS = 8;
const PERIOD_MS = 60;
/** One change is a whole period of the voice, up to this; the time until the next makes up for it. */
const MAX_CHANGE_MS = 15;
/**
 * From so far above the target on speech is shortened, until it is near. What came late raises the
 * target for good only after the time of the hold, and until then nothing is taken away that would
 * have to be put back.
 */
const UNHURRIED = { aboveMs: 20, nearMs: 5, holdMs: 3_000 } as const;
const HURRIED = { aboveMs: 8, nearMs: 2, holdMs: 0 } as const;
const BELOW_MS = 10;
/** A delay off the target for less is a block that was asked for late. */
const SETTLED_MS = 40;

/** Brings the playout delay to its target by changing the pace of speech a little. */
export class StretchPolicy {
  readonly #patience: typeof UNHURRIED | typeof HURRIED;
  #restMs = 0;
  #aboveMs = 0;
  #belowMs = 0;
  #shortening = false;
  #heldMs = 0;

  /** @param hurried rather a change of pace than delay */
  constructor(hurried: boolean) {
    this.#patience = hurried ? HURRIED : UNHURRIED;
  }

  /** How much playing time to add to a frame (positive) or to take from it, in ms; 0 for none. */
  wishMs(delayMs: number, targetMs: number, durationMs: number): number {
    const { aboveMs, nearMs } = this.#patience;
    const excessMs = delayMs - targetMs;
    this.#restMs = Math.max(0, this.#restMs - durationMs);
    this.#heldMs = Math.max(0, this.#heldMs - durationMs);
    this.#aboveMs = excessMs > aboveMs ? this.#aboveMs + durationMs : 0;
    this.#belowMs = excessMs < -BELOW_MS ? this.#belowMs + durationMs : 0;
    if (this.#aboveMs >= SETTLED_MS) this.#shortening = true;
    if (excessMs <= nearMs) this.#shortening = false;
    if (this.#restMs > 0) return 0;
    if (this.#shortening && this.#heldMs === 0) return -MAX_CHANGE_MS;
    return this.#belowMs >= SETTLED_MS ? MAX_CHANGE_MS : 0;
  }

  /** Playing has waited for frames that are late. */
  halted(): void {
    this.#heldMs = this.#patience.holdMs;
  }

  changed(ms: number): void {
    this.#restMs = (Math.abs(ms) * PERIOD_MS) / STEP_MS;
  }

  /** A new talkspurt begins, at the delay it should have or with its first frame late. */
  begins(delayMs: number, targetMs: number): void {
    if (delayMs - targetMs > this.#patience.aboveMs) this.halted();
    this.#restMs = 0;
    this.#aboveMs = 0;
    this.#belowMs = 0;
    this.#shortening = false;
  }
}
