const BUCKET_MS = 5;
const BUCKETS = 120;
/** Of every weight after each further peak; 20 peaks weigh as much as all before them. */
const FORGETTING = 0.95;

/** Longer ago than 10 s of speech nothing holds the delay up any more. */
const RECENT_PEAKS = 20;

/** How late the latest of every half second was, the newest counting most. */
export class PeakHistogram {
  readonly #weights = new Float64Array(BUCKETS);
  readonly #recent = new Float64Array(RECENT_PEAKS);
  readonly #quantile: number;
  #count = 0;

  /** @param quantile the part of half seconds for which the delay is to be enough, 0-1 */
  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  add(peakMs: number): void {
    this.#recent[this.#count % RECENT_PEAKS] = peakMs;
    this.#count += 1;
    // The first peaks count in full: there is nothing yet to weigh them against.
    const forgetting = Math.min(FORGETTING, 1 - 2 / (this.#count + 1));
    for (let i = 0; i < BUCKETS; i++) this.#weights[i] = (this.#weights[i] ?? 0) * forgetting;
    const bucket = Math.max(0, Math.min(BUCKETS - 1, Math.floor(peakMs / BUCKET_MS)));
    this.#weights[bucket] = (this.#weights[bucket] ?? 0) + 1 - forgetting;
  }

  /** The delay that is enough in so many half seconds, in ms; 0 before the first peak. */
  get quantileMs(): number {
    if (this.#count === 0) return 0;
    const last = Math.min(BUCKETS - 1, Math.floor(this.#highestRecent() / BUCKET_MS));
    let sum = 0;
    for (let i = 0; i < last; i++) {
      sum += this.#weights[i] ?? 0;
      if (sum >= this.#quantile) return (i + 1) * BUCKET_MS;
    }
    return (last + 1) * BUCKET_MS;
  }

  #highestRecent(): number {
    let highest = 0;
    for (let i = 0; i < RECENT_PEAKS; i++) highest = Math.max(highest, this.#recent[i] ?? 0);
    return highest;
  }
}
