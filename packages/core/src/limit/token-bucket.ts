/** What is let through: `burst` at once and `perSecond` in the long run. Both above 0. */
export interface TokenRate {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Bounds what somebody may ask for again and again. Full at first. It has no clock and no timer:
 * callers give `nowMs`, milliseconds of `Clock.now()`, so that one reading serves a whole packet.
 * After its construction it allocates nothing, so it may stand on a packet path.
 */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #capacity: number;
  /** In thousandths of a token: whole numbers stay whole, and who waits as told is let through. */
  #level: number;
  #filledAtMs: number;

  constructor({ burst, perSecond }: TokenRate, nowMs: number) {
    this.#perSecond = perSecond;
    this.#capacity = burst * 1000;
    this.#level = this.#capacity;
    this.#filledAtMs = nowMs;
  }

  /**
   * Takes `cost` tokens and says true, or takes none and says false. A cost above the burst counts
   * as the burst, or it could never be paid.
   */
  take(nowMs: number, cost = 1): boolean {
    const gained = (nowMs - this.#filledAtMs) * this.#perSecond;
    this.#level = Math.min(this.#capacity, this.#level + gained);
    this.#filledAtMs = nowMs;
    const price = this.#price(cost);
    if (this.#level < price) return false;
    this.#level -= price;
    return true;
  }

  /** What was taken for nothing. */
  giveBack(cost = 1): void {
    this.#level = Math.min(this.#capacity, this.#level + this.#price(cost));
  }

  /** Milliseconds from the latest `take` until `cost` tokens are there; 0 if they are. */
  waitMs(cost = 1): number {
    const missing = this.#price(cost) - this.#level;
    return missing <= 0 ? 0 : Math.ceil(missing / this.#perSecond);
  }

  #price(cost: number): number {
    return Math.min(cost * 1000, this.#capacity);
  }
}
