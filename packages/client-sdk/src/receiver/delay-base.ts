const BUCKET_MS = 100;
const BUCKETS = 20;
/** A route may be another one after so long a pause, and a clock of 200 ppm has moved by 2 ms. */
const FORGET_AFTER_MS = 10_000;
/** Farther off is no jitter: a clock was set, or the way stood still. */
const MAX_DISTANCE_MS = 2_000;

/**
 * The fastest packet of the last two seconds: arrival minus media time, of which only differences
 * mean anything. It follows a drifting clock and a changed route. Pauses of the talker do not count.
 */
export class DelayBase {
  readonly #minima = new Float64Array(BUCKETS).fill(Infinity);
  #bucket = 0;
  #filledMs = 0;
  #lastAt = -Infinity;
  #minMs = 0;

  /** In ms; 0 before the first packet. */
  get ms(): number {
    return this.#minMs;
  }

  /** @param relativeMs arrival minus media time */
  observe(relativeMs: number, nowMs: number): void {
    const pauseMs = nowMs - this.#lastAt;
    this.#lastAt = nowMs;
    if (pauseMs > FORGET_AFTER_MS || Math.abs(relativeMs - this.#minMs) > MAX_DISTANCE_MS) {
      this.#minima.fill(Infinity);
      this.#filledMs = 0;
    } else {
      this.#advance(Math.min(pauseMs, BUCKET_MS));
    }
    const before = this.#minima[this.#bucket] ?? Infinity;
    if (relativeMs < before) this.#minima[this.#bucket] = relativeMs;
    this.#minMs = this.#lowest();
  }

  #advance(ms: number): void {
    this.#filledMs += ms;
    if (this.#filledMs < BUCKET_MS) return;
    this.#filledMs -= BUCKET_MS;
    this.#bucket = (this.#bucket + 1) % BUCKETS;
    this.#minima[this.#bucket] = Infinity;
  }

  #lowest(): number {
    let lowest = Infinity;
    for (let i = 0; i < BUCKETS; i++) {
      const each = this.#minima[i] ?? Infinity;
      if (each < lowest) lowest = each;
    }
    return lowest;
  }
}
