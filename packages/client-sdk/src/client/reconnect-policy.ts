import type { DisconnectReason } from './client-state.js';

export interface ReconnectContext {
  /** Of this outage, beginning with 1; a hint of a network change begins anew. */
  readonly attempt: number;
  /** Since the connection was lost. */
  readonly elapsedMs: number;
  /** Why the last connection or attempt ended. */
  readonly reason: DisconnectReason;
}

/**
 * How many milliseconds to wait for the next attempt; `null` gives up. What a server asks for with
 * `retryAfterMs` is waited for in any case.
 */
export type ReconnectPolicy = (context: ReconnectContext) => number | null;

const LONGEST_MS = 15_000;
const STEPS_MS: readonly number[] = [0, 250, 500, 1_000, 2_000, 4_000, 8_000, LONGEST_MS];
/** The pause never gets far ahead of the outage, however fast attempts failed. */
const SHORTEST_LIMIT_MS = 250;
const LIMIT_PER_ELAPSED = 1.5;

/**
 * The default: at once, then a random part of 0.25, 0.5, 1, 2, 4, 8 and from then on 15 s, for
 * ever. The whole pause is random ("full jitter", AWS Architecture Blog, Exponential Backoff And
 * Jitter), so that a thousand clients cut at one moment do not come back at one moment.
 *
 * @param random 0 to below 1
 */
export function fullJitter(random: () => number = Math.random): ReconnectPolicy {
  return ({ attempt, elapsedMs }) => {
    const step = STEPS_MS[attempt - 1] ?? LONGEST_MS;
    const limit = Math.max(SHORTEST_LIMIT_MS, LIMIT_PER_ELAPSED * elapsedMs);
    return random() * Math.min(step, limit);
  };
}
