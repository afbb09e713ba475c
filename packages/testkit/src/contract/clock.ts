import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { Clock } from '@sidetone/core';
import { onFresh, type ContractRunner, type ContractSubject } from './contract-runner.js';

export interface ClockSubject {
  readonly clock: Clock;
  /** Lets at least `ms` pass on the clock, timers included. */
  readonly pass: (ms: number) => Promise<void>;
}

/** The suite of the `Clock` contract. A test needs about 50 ms of the clock. */
export function describeClock(
  { describe, it }: ContractRunner,
  subject: ContractSubject<ClockSubject>,
): void {
  const fresh = onFresh(subject);

  describe('as a Clock', () => {
    it(
      'goes forward',
      fresh(async ({ clock, pass }) => {
        const before = clock.now();
        await pass(5);
        ok(clock.now() - before >= 5, `${clock.now() - before} of 5 ms have passed`);
      }),
    );

    it(
      'knows the wall time in milliseconds of the Unix epoch',
      fresh(({ clock }) => {
        const now = clock.wallTime();
        ok(now > Date.UTC(2020, 0, 1) && now < Date.UTC(2100, 0, 1), `"${now}" is another unit`);
      }),
    );

    it(
      'fires a timer once, and not before its time',
      fresh(async ({ clock, pass }) => {
        const dueMs = clock.now() + 10;
        const firedAtMs: number[] = [];
        clock.after(10, () => firedAtMs.push(clock.now()));
        await pass(40);
        strictEqual(firedAtMs.length, 1);
        ok((firedAtMs[0] ?? 0) >= dueMs, `due at ${dueMs}, fired at ${firedAtMs[0]}`);
      }),
    );

    it(
      'fires timers in the order of their time',
      fresh(async ({ clock, pass }) => {
        const fired: number[] = [];
        for (const delayMs of [30, 10, 20]) clock.after(delayMs, () => fired.push(delayMs));
        await pass(45);
        deepStrictEqual(fired, [10, 20, 30]);
      }),
    );

    it(
      'does not fire within the call that arms',
      fresh(async ({ clock, pass }) => {
        let fired = false;
        clock.after(0, () => (fired = true));
        strictEqual(fired, false);
        await pass(5);
        strictEqual(fired, true);
      }),
    );

    it(
      'does not fire what was cancelled, and takes a second cancel',
      fresh(async ({ clock, pass }) => {
        let fired = 0;
        const cancel = clock.after(5, () => (fired += 1));
        const cancelFired = clock.after(1, () => {});
        cancel();
        cancel();
        await pass(20);
        cancelFired();
        strictEqual(fired, 0);
      }),
    );

    it(
      'fires each period until it is cancelled, also from inside',
      fresh(async ({ clock, pass }) => {
        let fired = 0;
        const cancel = clock.every(4, () => {
          fired += 1;
          if (fired === 3) cancel();
        });
        // A busy machine may miss periods, and nobody makes them up.
        for (let tries = 0; fired < 3 && tries < 20; tries++) await pass(20);
        await pass(20);
        strictEqual(fired, 3);
      }),
    );

    it(
      'keeps a delay of a month',
      fresh(async ({ clock, pass }) => {
        let fired = false;
        const cancel = clock.after(30 * 24 * 3_600_000, () => (fired = true));
        await pass(5);
        cancel();
        strictEqual(fired, false);
      }),
    );
  });
}
