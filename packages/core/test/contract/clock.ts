import { expect } from 'chai';
import type { Clock } from '../../src/contracts/clock.js';
import type { ContractRunner } from './contract-runner.js';

export interface ClockSubject {
  readonly clock: Clock;
  /** Lets at least `ms` pass on the clock, timers included. */
  readonly pass: (ms: number) => Promise<void>;
}

/** `create` gives a fresh clock for each test. No test needs more than 50 ms of it. */
export function describeClock(
  { describe, it }: ContractRunner,
  create: () => ClockSubject | Promise<ClockSubject>,
): void {
  describe('as a Clock', () => {
    it('goes forward', async () => {
      const { clock, pass } = await create();
      const before = clock.now();
      await pass(5);
      expect(clock.now() - before).to.be.at.least(5);
    });

    it('knows the wall time in milliseconds of the Unix epoch', async () => {
      const { clock } = await create();
      expect(clock.wallTime()).to.be.within(Date.UTC(2020, 0, 1), Date.UTC(2100, 0, 1));
    });

    it('fires a timer once, and not before its time', async () => {
      const { clock, pass } = await create();
      const dueMs = clock.now() + 10;
      const firedAtMs: number[] = [];
      clock.after(10, () => firedAtMs.push(clock.now()));
      expect(firedAtMs).to.deep.equal([]);
      await pass(40);
      expect(firedAtMs).to.have.length(1);
      expect(firedAtMs[0]).to.be.at.least(dueMs);
    });

    it('does not fire within the call that arms', async () => {
      const { clock, pass } = await create();
      let fired = false;
      clock.after(0, () => (fired = true));
      expect(fired).to.equal(false);
      await pass(5);
      expect(fired).to.equal(true);
    });

    it('does not fire what was cancelled, and takes a second cancel', async () => {
      const { clock, pass } = await create();
      let fired = 0;
      const cancel = clock.after(5, () => fired++);
      const cancelFired = clock.after(1, () => {});
      cancel();
      cancel();
      await pass(20);
      cancelFired();
      expect(fired).to.equal(0);
    });

    it('fires each period until it is cancelled, also from inside', async () => {
      const { clock, pass } = await create();
      let fired = 0;
      const cancel = clock.every(4, () => {
        fired += 1;
        if (fired === 3) cancel();
      });
      // A busy machine may be late for a period, and the clock need not make up for it.
      for (let turn = 0; turn < 50 && fired < 3; turn++) await pass(4);
      await pass(20);
      expect(fired).to.equal(3);
    });

    it('keeps a delay of a month', async () => {
      const { clock, pass } = await create();
      let fired = false;
      const cancel = clock.after(30 * 24 * 3_600_000, () => (fired = true));
      await pass(5);
      cancel();
      expect(fired).to.equal(false);
    });
  });
}
