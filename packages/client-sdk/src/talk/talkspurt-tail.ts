import type { CancelTimer, Clock } from '../clock/clock.js';
import type { Lane } from './lane-selection.js';

/** The end is said three times, 20 ms apart: with the last frame and by two empty ones. */
const REPEATS = 2;
const REPEAT_PERIOD_MS = 20;

/** Repeats the end of talkspurts, for a lost end leaves a listener waiting. */
export class TalkspurtTail {
  readonly #clock: Clock;
  readonly #cancels = new Map<number, CancelTimer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(lane: Lane, repeat: () => void): void {
    this.cancel(lane.handle);
    this.#schedule(lane.handle, repeat, REPEATS);
  }

  /** The handle talks again, and a repeated end would cut it off. */
  cancel(handle: number): void {
    this.#cancels.get(handle)?.();
    this.#cancels.delete(handle);
  }

  close(): void {
    for (const handle of [...this.#cancels.keys()]) this.cancel(handle);
  }

  #schedule(handle: number, repeat: () => void, remaining: number): void {
    const cancel = this.#clock.after(REPEAT_PERIOD_MS, () => {
      this.#cancels.delete(handle);
      repeat();
      if (remaining > 1) this.#schedule(handle, repeat, remaining - 1);
    });
    this.#cancels.set(handle, cancel);
  }
}
