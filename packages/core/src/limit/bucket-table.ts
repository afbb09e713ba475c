import { TokenBucket, type TokenRate } from './token-bucket.js';

/**
 * One token bucket for each of many names. At most `maxNames` are remembered; the one not asked for
 * longest makes room, so a limit here needs names that cannot be had for nothing.
 */
export class BucketTable {
  readonly #rate: TokenRate;
  readonly #maxNames: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: TokenRate, maxNames: number) {
    this.#rate = rate;
    this.#maxNames = maxNames;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a token and gives 0, or takes none and gives the milliseconds until there is one. */
  take(name: string, nowMs: number): number {
    const bucket = this.#bucket(name, nowMs);
    return bucket.take(nowMs) ? 0 : bucket.waitMs();
  }

  /** What `take` would give, without taking. */
  waitMs(name: string, nowMs: number): number {
    const bucket = this.#buckets.get(name);
    if (!bucket) return 0;
    // Of no cost, but it reckons what was earned since.
    bucket.take(nowMs, 0);
    return bucket.waitMs();
  }

  /** A token that was taken for nothing. */
  giveBack(name: string): void {
    this.#buckets.get(name)?.giveBack();
  }

  #bucket(name: string, nowMs: number): TokenBucket {
    let bucket = this.#buckets.get(name);
    if (bucket) this.#buckets.delete(name);
    else if (this.#buckets.size >= this.#maxNames) this.#forgetOldest();
    bucket ??= new TokenBucket(this.#rate, nowMs);
    // A map keeps the order of insertion: who was asked for last stands last.
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
