import type { CancelTimer, Clock } from '@sidetone/core';

/** The clock as one owner uses it: says how many timers of this owner are armed. */
export class OwnedClock implements Clock {
  readonly #clock: Clock;
  readonly #armed = new Set<CancelTimer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pending(): number {
    return this.#armed.size;
  }

  now(): number {
    return this.#clock.now();
  }

  wallTime(): number {
    return this.#clock.wallTime();
  }

  after(delayMs: number, fire: () => void): CancelTimer {
    const cancel = this.#clock.after(delayMs, () => {
      this.#armed.delete(cancel);
      fire();
    });
    return this.#own(cancel);
  }

  every(periodMs: number, fire: () => void): CancelTimer {
    return this.#own(this.#clock.every(periodMs, fire));
  }

  #own(cancel: CancelTimer): CancelTimer {
    this.#armed.add(cancel);
    return () => {
      this.#armed.delete(cancel);
      cancel();
    };
  }
}
