import type { Clock } from '@sidetone/core';
import { isVoiceError, WireError } from '@sidetone/protocol';

/** With what comes before and after it, a sign-in is answered within 2 s when a store is gone. */
const DEADLINE_MS = 1500;
const RETRY_AFTER_MS = 1000;

/**
 * Asks the stores. Rejects with `WireError` UNAVAILABLE where they do not answer in time or say
 * that they cannot be reached, and with whatever else went wrong.
 */
export function reachStore<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(DEADLINE_MS, () => reject(outOfReach()));
    work()
      .then(resolve, (error: unknown) =>
        reject(isOutOfReach(error) ? outOfReach(error) : (error as Error)),
      )
      .finally(cancel);
  });
}

function isOutOfReach(error: unknown): boolean {
  return isVoiceError(error) && error.code === 'ERR_STORE_UNAVAILABLE';
}

function outOfReach(cause?: unknown): WireError {
  return new WireError('UNAVAILABLE', 'the accounts cannot be reached; try again', {
    retryAfterMs: RETRY_AFTER_MS,
    ...(cause === undefined ? {} : { cause }),
  });
}
