import type { Clock } from '../clock/clock.js';

/** Later than this, the schedule starts anew: a burst of more would only wait in queues. */
const MAX_BEHIND_MS = 500;

/**
 * Lets one step through each period on an absolute schedule: a step that comes late is followed by
 * the next ones at once, so that the pace never drifts.
 */
export class Pacer {
  readonly #clock: Clock;
  #dueAt: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves when the next step is due; the first one is at once.
   * @param periodMs from this step to the next
   */
  async next(periodMs: number): Promise<void> {
    const now = this.#clock.now();
    if (this.#dueAt === null || now - this.#dueAt > MAX_BEHIND_MS) this.#dueAt = now;
    const waitMs = this.#dueAt - now;
    this.#dueAt += periodMs;
    if (waitMs <= 0) return;
    await new Promise<void>((resolve) => {
      this.#clock.after(waitMs, resolve);
    });
  }
}
