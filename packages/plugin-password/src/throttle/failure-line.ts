import type { Clock } from '@sidetone/core';
import { BoundedLimiter } from './bounded-limiter.js';
import { PendingCount } from './pending-count.js';

/** Keys with failures; each has cost a hash, so a day makes at most some millions. */
const MAX_KEYS = 16_384;
const FREE_FAILURES = 4;
const FIRST_PAUSE_S = 1;
const LAST_PAUSE_S = 3600;
const REMEMBERED_S = 24 * 3600;
/** While others are under way that may fail, one more could be one too many. */
const TURN_MS = 1000;

/**
 * Failures one after another under one key: the fifth makes a pause of a second, and each further
 * one doubles it, up to an hour.
 */
export class FailureLine {
  readonly #failures: BoundedLimiter;
  readonly #pauses: BoundedLimiter;
  readonly #pending = new PendingCount();

  constructor(clock: Clock) {
    const limits = { clock, maxKeys: MAX_KEYS, points: FREE_FAILURES };
    this.#failures = new BoundedLimiter({ ...limits, durationS: REMEMBERED_S });
    this.#pauses = new BoundedLimiter({ ...limits, durationS: LAST_PAUSE_S });
  }

  /** Counts an attempt as under way until `end`, and gives how many were before it. */
  begin(key: string): number {
    const ahead = this.#pending.of(key);
    this.#pending.add(key);
    return ahead;
  }

  end(key: string): void {
    this.#pending.remove(key);
  }

  async failures(key: string): Promise<number> {
    return (await this.#failures.get(key))?.consumedPoints ?? 0;
  }

  /** Milliseconds until an attempt that has `ahead` before it may go on; 0: now. */
  async waitMs(key: string, ahead: number): Promise<number> {
    const pause = await this.#pauses.get(key);
    if (pause) return pause.msBeforeNext;
    return ahead > 0 && (await this.failures(key)) + ahead > FREE_FAILURES ? TURN_MS : 0;
  }

  async fail(key: string): Promise<void> {
    const { consumedPoints } = await this.#failures.penalty(key);
    const over = consumedPoints - FREE_FAILURES - 1;
    if (over < 0) return;
    await this.#pauses.block(key, Math.min(LAST_PAUSE_S, FIRST_PAUSE_S * 2 ** over));
  }

  async forget(key: string): Promise<void> {
    await Promise.all([this.#failures.delete(key), this.#pauses.delete(key)]);
  }
}
