import type { Clock } from '@sidetone/core';

/** The part of a `Clock` that the impairments need: real time, or a fake clock's. */
export type Timing = Pick<Clock, 'now' | 'after'>;

export const realTiming: Timing = Object.freeze({
  now: () => performance.now(),
  after(delayMs: number, fire: () => void) {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
});
