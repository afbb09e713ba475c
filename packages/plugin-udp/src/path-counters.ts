import type { Counter, Metrics } from '@sidetone/core';

/** How sessions' addresses change; what an attack on them looks like. */
export interface PathCounters {
  /** Challenges to addresses that are not in use. */
  readonly challenged: Counter;
  /** Sessions that are reached at another address now. */
  readonly moved: Counter;
  /** Questions that the old address has answered, so that it stays. */
  readonly kept: Counter;
  /** Moves taken back, because the old address answered later. */
  readonly returned: Counter;
}

export function createPathCounters(metrics: Metrics): PathCounters {
  return {
    challenged: metrics.counter('udp.challenged'),
    moved: metrics.counter('udp.moved'),
    kept: metrics.counter('udp.kept'),
    returned: metrics.counter('udp.returned'),
  };
}
