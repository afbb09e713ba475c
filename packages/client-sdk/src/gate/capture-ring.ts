/** Where a stretch of sound lies on the clock that key events have, too. */
export interface Captured<F> {
  readonly startMs: number;
  readonly endMs: number;
  readonly frame: F;
}

/** The frames captured last, so that a word which began before its key is still there. */
export class CaptureRing<F> {
  readonly #keepMs: number;
  #frames: Captured<F>[] = [];

  /** @param keepMs how long before the end of the newest frame an older one may begin */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** In the order of capture. */
  get frames(): readonly Captured<F>[] {
    return this.#frames;
  }

  add(captured: Captured<F>): void {
    // A talkspurt has frames of one duration, those from before it included.
    if (!this.#frames.every((each) => lastsAsLong(each, captured))) this.#frames = [];
    this.#frames.push(captured);
    const from = captured.endMs - this.#keepMs;
    const kept = this.#frames.findIndex(({ startMs }) => startMs >= from);
    if (kept > 0) this.#frames.splice(0, kept);
    // A frame longer than all that is kept is of no use for a pre-roll.
    else if (kept < 0) this.#frames = [];
  }

  clear(): void {
    this.#frames = [];
  }
}

/** Times are floats of a clock, and the shortest difference between two durations is 10 ms. */
function lastsAsLong(one: Captured<unknown>, other: Captured<unknown>): boolean {
  return Math.abs(one.endMs - one.startMs - (other.endMs - other.startMs)) < 5;
}
