import { networkOf, TokenBucket, type TokenRate } from '@sidetone/core';

/**
 * Datagrams a second that one network may have checked before its address is confirmed. All the
 * clients behind one NAT share it, and need about five each to sign in; at this rate the checks of
 * a flooding source cost below 1 % of a core.
 */
const CHECKS: TokenRate = { burst: 1_000, perSecond: 500 };

/** Networks remembered; the one not seen for longest makes room. */
const MAX_NETWORKS = 4_096;

/** Bounds what an address that has proved nothing yet may cost, one bucket for each network. */
export class SourceLimiter {
  readonly #buckets = new Map<string, TokenBucket>();

  get size(): number {
    return this.#buckets.size;
  }

  allows(address: string, nowMs: number): boolean {
    const network = networkOf(address);
    let bucket = this.#buckets.get(network);
    if (bucket) {
      this.#buckets.delete(network);
    } else {
      if (this.#buckets.size >= MAX_NETWORKS) this.#forgetOldest();
      bucket = new TokenBucket(CHECKS, nowMs);
    }
    // A Map iterates in order of insertion: what was used last stands last.
    this.#buckets.set(network, bucket);
    return bucket.take(nowMs);
  }

  #forgetOldest(): void {
    for (const network of this.#buckets.keys()) {
      this.#buckets.delete(network);
      return;
    }
  }
}
