/** How far behind the highest number a late one is still told apart from a repeated one. */
export const REPLAY_WINDOW_WIDTH = 1024;

// One word more than the window covers, so that a whole word can be cleared when the window moves
// into it while all 1,024 numbers behind stay known (the method of RFC 6479).
const WORDS = REPLAY_WINDOW_WIDTH / 32 + 1;

/**
 * Says of each number whether it came before: a bitmap over the last 1,024, everything older counts
 * as seen. Numbers are whole, from 0 to 2^53 - 1; anything else counts as seen too.
 *
 * Used for packet numbers of a direction and for the counters of a (route, KID). `accept` only
 * after authentication, or a forger could move the window past the honest sender.
 */
export class ReplayWindow {
  readonly #seen = new Uint32Array(WORDS);
  #highest = -1;

  /** Highest number accepted; -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether `accept` would take the number. Records nothing. */
  check(number: number): boolean {
    if (number > this.#highest) return Number.isSafeInteger(number);
    if (!(number >= 0 && this.#highest - number < REPLAY_WINDOW_WIDTH)) return false;
    return Number.isInteger(number) && (this.#wordOf(number) & bitOf(number)) === 0;
  }

  /** Takes a number that is fresh and records it; `false` when it is a repetition or too old. */
  accept(number: number): boolean {
    if (!this.check(number)) return false;
    if (number > this.#highest) this.#advance(number);
    const index = slotOf(number);
    this.#seen[index] = this.#wordOf(number) | bitOf(number);
    return true;
  }

  #wordOf(number: number): number {
    return this.#seen[slotOf(number)] ?? 0;
  }

  #advance(number: number): void {
    const from = this.#highest < 0 ? -1 : Math.floor(this.#highest / 32);
    const to = Math.floor(number / 32);
    this.#highest = number;
    if (to - from >= WORDS) {
      this.#seen.fill(0);
      return;
    }
    for (let word = from + 1; word <= to; word++) this.#seen[word % WORDS] = 0;
  }
}

function slotOf(number: number): number {
  return Math.floor(number / 32) % WORDS;
}

function bitOf(number: number): number {
  return 1 << (number % 32);
}
