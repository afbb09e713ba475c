import type { Clock } from '../contracts/clock.js';

/**
 * Settles as `run` does, or rejects with `expired()` once `timeoutMs` have passed. What `run` does
 * after that goes on, but nobody hears of it.
 */
export function withDeadline<T>(
  clock: Clock,
  timeoutMs: number,
  run: () => T | Promise<T>,
  expired: () => Error,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(expired()));
    // `async`, so that what `run` throws at once becomes a rejection like any other.
    const outcome = (async () => run())();
    outcome.then(resolve, reject).finally(cancel);
  });
}
