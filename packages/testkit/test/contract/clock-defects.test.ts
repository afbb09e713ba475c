import type { Clock } from '@sidetone/core';
import { createFakeClock } from '../../src/clock/fake-clock.js';
import { describeClock } from '../../src/contract/clock.js';
import { itCatches, type Defect } from './it-catches.js';

/** A fake clock, some of whose methods are replaced by those that `change` makes of it. */
const clocks = (change: (clock: Clock) => Partial<Clock>, ...caughtBy: string[]): Defect => ({
  suite: (runner) =>
    describeClock(runner, {
      create: () => {
        const clock = createFakeClock();
        const sound: Clock = {
          now: () => clock.now(),
          wallTime: () => clock.wallTime(),
          after: (delayMs, fire) => clock.after(delayMs, fire),
          every: (periodMs, fire) => clock.every(periodMs, fire),
        };
        const changed = { ...sound, ...change(sound) };
        return { clock: changed, pass: (ms) => clock.advanceAsync(ms) };
      },
    }),
  caughtBy,
});

describe('the Clock suite', () => {
  itCatches({
    'stands still': clocks(() => ({ now: () => 0 }), 'goes forward'),
    'tells the wall time in seconds': clocks(
      (clock) => ({ wallTime: () => clock.wallTime() / 1000 }),
      'knows the wall time in milliseconds of the Unix epoch',
    ),
    'fires early': clocks(
      (clock) => ({ after: (delayMs, fire) => clock.after(delayMs - 1, fire) }),
      'fires a timer once, and not before its time',
    ),
    'fires without waiting for the turn to end': clocks(
      (clock) => ({
        after: (delayMs, fire) => {
          if (delayMs > 0) return clock.after(delayMs, fire);
          fire();
          return () => {};
        },
      }),
      'does not fire within the call that arms',
    ),
    'fires in the order of arming': clocks(
      (clock) => ({ after: (_delayMs, fire) => clock.after(40, fire) }),
      'fires timers in the order of their time',
    ),
    'cannot cancel': clocks(
      (clock) => ({
        after: (delayMs, fire) => {
          clock.after(delayMs, fire);
          return () => {};
        },
        every: (periodMs, fire) => {
          clock.every(periodMs, fire);
          return () => {};
        },
      }),
      'does not fire what was cancelled, and takes a second cancel',
      'fires each period until it is cancelled, also from inside',
    ),
    'takes a long delay for 1 ms, as setTimeout does': clocks(
      (clock) => ({
        after: (delayMs, fire) => clock.after(delayMs > 2 ** 31 - 1 ? 1 : delayMs, fire),
      }),
      'keeps a delay of a month',
    ),
  });
});
