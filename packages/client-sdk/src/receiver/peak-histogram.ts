const BUCKET_MS = 5;
const BUCKETS = 120;
/** Of every weight after each further peak; 20 peaks weigh as much as all before them. */
const FORGETTING = 0.95;
const QUANTILE = 0.95;

/** How late the latest of every half second was, the newest counting most. */
export class PeakHistogram {
  readonly #weights = new Float64Array(BUCKETS);
  #count = 0;

  add(peakMs: number): void {
    this.#count += 1;
    // The first peaks count in full: there is nothing yet to weigh them against.
    const forgetting = Math.min(FORGETTING, 1 - 2 / (this.#count + 1));
    for (let i = 0; i < BUCKETS; i++) this.#weights[i] = (this.#weights[i] ?? 0) * forgetting;
    const bucket = Math.max(0, Math.min(BUCKETS - 1, Math.floor(peakMs / BUCKET_MS)));
    this.#weights[bucket] = (this.#weights[bucket] ?? 0) + 1 - forgetting;
  }

  /** The delay that is enough in 95 of 100 half seconds, in ms; 0 before the first peak. */
  get quantileMs(): number {
    if (this.#count === 0) return 0;
    let sum = 0;
    for (let i = 0; i < BUCKETS; i++) {
      sum += this.#weights[i] ?? 0;
      if (sum >= QUANTILE) return (i + 1) * BUCKET_MS;
    }
    return BUCKETS * BUCKET_MS;
  }
}
