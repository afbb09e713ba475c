import type { Clock } from './clock.js';
import { systemClock } from './system-clock.js';

/**
 * Time that is the same in all threads of a page: milliseconds since 1970, as the browser read them
 * when the page was opened, and monotonic from there.
 */
export const epochClock: Clock = Object.freeze<Clock>({
  ...systemClock,
  now: () => performance.timeOrigin + performance.now(),
});
