import type { CancelTimer, Clock } from '../clock/clock.js';

/** The server answers one `keys.fetch` a second for each route. */
export const KEY_FETCH_PERIOD_MS = 1_000;

interface Throttle {
  readonly cancel: CancelTimer;
  again: boolean;
}

/** Asks for the keys of a route that are missing, at most once a second, and never forgets to. */
export class KeyFetcher {
  readonly #clock: Clock;
  readonly #fetch: (routeId: string) => void;
  readonly #throttles = new Map<string, Throttle>();

  constructor(clock: Clock, fetch: (routeId: string) => void) {
    this.#clock = clock;
    this.#fetch = fetch;
  }

  want(routeId: string): void {
    const throttle = this.#throttles.get(routeId);
    if (throttle) {
      throttle.again = true;
      return;
    }
    this.#throttles.set(routeId, {
      again: false,
      cancel: this.#clock.after(KEY_FETCH_PERIOD_MS, () => this.#reopen(routeId)),
    });
    this.#fetch(routeId);
  }

  close(): void {
    for (const { cancel } of this.#throttles.values()) cancel();
    this.#throttles.clear();
  }

  #reopen(routeId: string): void {
    const again = this.#throttles.get(routeId)?.again ?? false;
    this.#throttles.delete(routeId);
    if (again) this.want(routeId);
  }
}
