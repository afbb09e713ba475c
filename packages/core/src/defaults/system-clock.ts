import { performance } from 'node:perf_hooks';
import type { CancelTimer, Clock } from '../contracts/clock.js';

/** Longest delay that `setTimeout` keeps; it takes a longer one for 1 ms. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The clock of the machine. */
export class SystemClock implements Clock {
  now(): number {
    return performance.now();
  }

  wallTime(): number {
    return Date.now();
  }

  after(delayMs: number, fire: () => void): CancelTimer {
    const dueMs = this.now() + delayMs;
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const restMs = Math.min(dueMs - this.now(), MAX_DELAY_MS);
      timer = setTimeout(wake, Math.ceil(restMs)).unref();
    };
    // Node rounds, and may fire a fraction of a millisecond early.
    const wake = (): void => (this.now() < dueMs ? wait() : fire());
    wait();
    return () => clearTimeout(timer);
  }

  every(periodMs: number, fire: () => void): CancelTimer {
    const stepMs = Math.max(1, periodMs);
    let cancelNext: CancelTimer = () => {};
    let dueMs = this.now();
    const arm = (): void => {
      // Counted from the last due time, so that it does not drift; what was missed is not made up.
      dueMs = Math.max(dueMs + stepMs, this.now());
      cancelNext = this.after(dueMs - this.now(), () => {
        arm();
        fire();
      });
    };
    arm();
    return () => cancelNext();
  }
}
