import type { Clock } from '@sidetone/core';
import { RateLimiterRes } from 'rate-limiter-flexible';

interface Entry {
  readonly points: number;
  readonly expiresAtMs: number;
}

/**
 * Points by key for `RateLimiterMemory`, in the place of its own storage, which grows without end,
 * has a timer for each key, and goes by the wall clock. Where there is no room, the key goes that
 * would be forgotten first.
 */
export class BoundedStorage {
  readonly #clock: Clock;
  readonly #maxKeys: number;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, maxKeys: number) {
    this.#clock = clock;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#entries.size;
  }

  incrby(key: string, points: number, durationS: number): RateLimiterRes {
    const known = this.#live(key);
    if (known === null) return this.set(key, points, durationS);
    return this.#keep(key, { ...known, points: known.points + points }, false);
  }

  set(key: string, points: number, durationS: number): RateLimiterRes {
    if (this.#live(key) === null) this.#makeRoom();
    return this.#keep(key, { points, expiresAtMs: this.#clock.now() + durationS * 1000 }, true);
  }

  get(key: string): RateLimiterRes | null {
    const entry = this.#live(key);
    return entry && this.#result(entry, false);
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  #keep(key: string, entry: Entry, isFirst: boolean): RateLimiterRes {
    this.#entries.set(key, entry);
    return this.#result(entry, isFirst);
  }

  #result({ points, expiresAtMs }: Entry, isFirst: boolean): RateLimiterRes {
    return new RateLimiterRes(0, Math.ceil(expiresAtMs - this.#clock.now()), points, isFirst);
  }

  #live(key: string): Entry | null {
    const entry = this.#entries.get(key);
    if (!entry) return null;
    if (entry.expiresAtMs > this.#clock.now()) return entry;
    this.#entries.delete(key);
    return null;
  }

  #makeRoom(): void {
    if (this.#entries.size < this.#maxKeys) return;
    let first: string | null = null;
    let firstMs = Infinity;
    for (const [key, { expiresAtMs }] of this.#entries) {
      if (expiresAtMs <= this.#clock.now()) this.#entries.delete(key);
      else if (expiresAtMs < firstMs) [first, firstMs] = [key, expiresAtMs];
    }
    if (this.#entries.size >= this.#maxKeys && first !== null) this.#entries.delete(first);
  }
}
