import type { Counter, Metrics } from '../contracts/metrics.js';

/**
 * The counters `<name>.<reason>` of all reasons, looked up once: the packet path finds its counter
 * as a field.
 */
export function createReasonCounters<R extends string>(
  metrics: Metrics,
  name: string,
  reasons: readonly R[],
): Readonly<Record<R, Counter>> {
  const entries = reasons.map((reason) => [reason, metrics.counter(name, reason)]);
  return Object.freeze(Object.fromEntries(entries) as Record<R, Counter>);
}
