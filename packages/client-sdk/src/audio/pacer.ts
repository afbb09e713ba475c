import type { Clock } from '../clock/clock.js';

/** Of more than these the schedule starts anew: a longer burst would only wait in queues. */
const MAX_CAUGHT_UP_STEPS = 5;

/**
 * Lets one step through each period on an absolute schedule: a step that comes late is followed by
 * the next ones at once, so that the pace never drifts. Who is more than five steps behind gets none
 * of them back.
 */
export class Pacer {
  readonly #clock: Clock;
  #dueAt: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves when the next step is due, with the moment for which it was; the first one is at once.
   * @param periodMs from this step to the next
   */
  async next(periodMs: number): Promise<number> {
    const now = this.#clock.now();
    this.#dueAt ??= now;
    if (now - this.#dueAt > MAX_CAUGHT_UP_STEPS * periodMs) this.#dueAt = now;
    const dueAt = this.#dueAt;
    const waitMs = dueAt - now;
    this.#dueAt += periodMs;
    if (waitMs <= 0) return dueAt;
    await new Promise<void>((resolve) => {
      this.#clock.after(waitMs, resolve);
    });
    return dueAt;
  }
}
