/** More than any network changes; each move costs the listener what was under way to the old address. */
const MOVES_PER_MINUTE = 20;
const MINUTE_MS = 60_000;

/** Counts exactly: in no minute, wherever it begins, are there more moves than allowed. */
export class MoveLimiter {
  readonly #movedAtMs: number[] = [];

  take(nowMs: number): boolean {
    const oldest = this.#movedAtMs[0];
    if (oldest !== undefined && nowMs - oldest >= MINUTE_MS) this.#movedAtMs.shift();
    if (this.#movedAtMs.length >= MOVES_PER_MINUTE) return false;
    this.#movedAtMs.push(nowMs);
    return true;
  }
}
