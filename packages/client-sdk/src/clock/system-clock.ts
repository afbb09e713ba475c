import type { Clock } from './clock.js';

/** Time as the platform has it. */
export const systemClock: Clock = Object.freeze<Clock>({
  now: () => performance.now(),
  after(delayMs, fire) {
    const timer = setTimeout(fire, delayMs);
    letProcessEnd(timer);
    return () => clearTimeout(timer);
  },
  every(periodMs, fire) {
    const timer = setInterval(fire, periodMs);
    letProcessEnd(timer);
    return () => clearInterval(timer);
  },
});

/** Browsers number their timers; Node's are objects that would keep the process waiting. */
function letProcessEnd(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) {
    (timer as { unref(): void }).unref();
  }
}
