/** How far the clock of who signs may be off, to either side. */
const WINDOW_MS = 300_000;
/** Only who has the secret adds to them. */
const MOST_IDS = 10_000;

/** Lets each message pass once, and only near its time. */
export class ReplayGuard {
  /** When each id may be forgotten, in the order in which they came. */
  readonly #seen = new Map<string, number>();
  readonly #wallTime: () => number;

  constructor(wallTime: () => number) {
    this.#wallTime = wallTime;
  }

  isTimely(timestampS: number): boolean {
    return Math.abs(this.#wallTime() - timestampS * 1000) <= WINDOW_MS;
  }

  /** `full`: more have come within the window than are remembered. To be asked about what is signed. */
  admit(id: string): 'new' | 'seen' | 'full' {
    const now = this.#wallTime();
    for (const [old, untilMs] of this.#seen) {
      if (untilMs > now) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(id)) return 'seen';
    if (this.#seen.size >= MOST_IDS) return 'full';
    // A message of a clock that is ahead stays timely for twice the window.
    this.#seen.set(id, now + 2 * WINDOW_MS);
    return 'new';
  }
}
