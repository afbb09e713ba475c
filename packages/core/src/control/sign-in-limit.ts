import { WireError, type WireErrorCode } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { Metrics } from '../contracts/metrics.js';
import { BucketTable } from '../limit/bucket-table.js';
import { isLoopback } from '../limit/loopback.js';
import { networkOf } from '../limit/network-of.js';
import type { TokenRate } from '../limit/token-bucket.js';
import type { AdmissionKind } from './admission-queue.js';

/** Networks remembered; each needs connections of its own, so they are not to be had for nothing. */
const MAX_NETWORKS = 16_384;

/** Many behind one address are refused in one moment, and must not all return in one. */
const SPREAD_MS = 4000;

/** The answers of a resume that tell who guesses that the guess was wrong. */
const guesses: ReadonlySet<WireErrorCode> = new Set(['SESSION_UNKNOWN', 'TOKEN_REUSED']);

interface SignInLimitParts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly rate: TokenRate;
}

/**
 * Bounds for each network how often it may try credentials, right ones or wrong, and how often
 * resume tokens that are not good. A resume that succeeds costs nothing. Loopback is not counted:
 * all clients of a proxy on this machine come from there.
 */
export class SignInLimit {
  readonly #parts: SignInLimitParts;
  readonly #logins: BucketTable;
  readonly #failedResumes: BucketTable;

  constructor(parts: SignInLimitParts) {
    this.#parts = parts;
    this.#logins = new BucketTable(parts.rate, MAX_NETWORKS);
    this.#failedResumes = new BucketTable(parts.rate, MAX_NETWORKS);
  }

  /** Rejects with `WireError` RATE_LIMITED, without a call of `work`, when it is over the limit. */
  async pass<T>(kind: AdmissionKind, address: string, work: () => Promise<T>): Promise<T> {
    if (isLoopback(address)) return work();
    const network = networkOf(address);
    if (kind === 'login') {
      this.#require(this.#logins.take(network, this.#parts.clock.now()), kind);
      return work();
    }
    this.#require(this.#failedResumes.waitMs(network, this.#parts.clock.now()), kind);
    try {
      return await work();
    } catch (error) {
      if (error instanceof WireError && guesses.has(error.code)) {
        this.#failedResumes.take(network, this.#parts.clock.now());
      }
      throw error;
    }
  }

  #require(waitMs: number, kind: AdmissionKind): void {
    if (waitMs === 0) return;
    this.#parts.metrics.counter('control.throttled', kind).add();
    throw new WireError('RATE_LIMITED', 'too many come from this address; come again later', {
      retryAfterMs: waitMs + Math.floor(Math.random() * SPREAD_MS),
    });
  }
}
