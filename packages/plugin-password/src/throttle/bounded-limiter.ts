import type { Clock } from '@sidetone/core';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { BoundedStorage } from './bounded-storage.js';

export interface BoundedLimiterOptions {
  readonly clock: Clock;
  /** Keys remembered. */
  readonly maxKeys: number;
  /** Points a key may have. */
  readonly points: number;
  /** Seconds from the first point of a key until all of them are forgotten. */
  readonly durationS: number;
}

/** Where the library keeps its points; not among its types. */
const STORAGE = '_memoryStorage';

/** A limiter in memory that is bounded and goes by a clock that never jumps. */
export class BoundedLimiter extends RateLimiterMemory {
  readonly #storage: BoundedStorage;

  constructor({ clock, maxKeys, points, durationS }: BoundedLimiterOptions) {
    super({ keyPrefix: '', points, duration: durationS });
    this.#storage = new BoundedStorage(clock, maxKeys);
    if (!(STORAGE in this)) throw new Error('this version of rate-limiter-flexible is not known');
    Object.assign(this, { [STORAGE]: this.#storage });
  }

  get size(): number {
    return this.#storage.size;
  }
}
