import type { CancelTimer, Clock } from '../contracts/clock.js';
import type { Logger } from '../contracts/logger.js';
import { errorMessage } from '../error/error-message.js';

interface Expiring {
  deleteExpired(now: number): Promise<void>;
}

interface StoreUpkeepParts {
  readonly stores: readonly Expiring[];
  readonly clock: Clock;
  readonly log: Logger;
}

const EVERY_MS = 60_000;

/** Takes out of stores what has run out, at once and then each minute. The result ends it. */
export function keepStoresTidy({ stores, clock, log }: StoreUpkeepParts): CancelTimer {
  const tidy = (): void => {
    for (const store of stores) {
      store.deleteExpired(clock.wallTime()).catch((error: unknown) => {
        log.debug('what has run out stays in a store', { cause: errorMessage(error) });
      });
    }
  };
  tidy();
  return clock.every(EVERY_MS, tidy);
}
