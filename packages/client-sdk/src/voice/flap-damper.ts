const WINDOW_MS = 10 * 60_000;
const HOLD_MS = 10 * 60_000;
const MAX_FALLS = 3;

/** Three falls from a path within ten minutes keep it out of use for ten minutes. */
export class FlapDamper {
  #falls: number[] = [];
  #heldUntil = -Infinity;

  /** Until when the path is held off; `null` when it is not. */
  heldUntil(nowMs: number): number | null {
    return this.#heldUntil > nowMs ? this.#heldUntil : null;
  }

  fell(nowMs: number): void {
    this.#falls = [...this.#falls.filter((at) => nowMs - at < WINDOW_MS), nowMs];
    if (this.#falls.length < MAX_FALLS) return;
    this.#heldUntil = nowMs + HOLD_MS;
    this.#falls = [];
  }

  /** What was learnt of another network says nothing of this one. */
  clear(): void {
    this.#falls = [];
    this.#heldUntil = -Infinity;
  }
}
