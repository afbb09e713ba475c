import { randomInt } from 'node:crypto';
import type { FrameDurationMs } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';

const TICKS_PER_MS = 48;

/** Sequence numbers and media time of one source; both start anywhere. */
export class SourceNumbers {
  readonly #clock: Clock;
  #seq = randomInt(0x1_0000);
  #time = randomInt(2 ** 32);
  #nextMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#nextMs = clock.now();
  }

  /** Numbers of the next frame. Media time runs on in silence, so a start catches up with it. */
  next(
    durationMs: FrameDurationMs,
    start: boolean,
  ): { readonly seq: number; readonly time: number } {
    const silenceMs = start ? Math.max(0, this.#clock.now() - this.#nextMs) : 0;
    this.#time = (this.#time + Math.round(silenceMs) * TICKS_PER_MS) >>> 0;
    const numbers = { seq: this.#seq, time: this.#time };
    this.#seq = (this.#seq + 1) & 0xffff;
    this.#time = (this.#time + durationMs * TICKS_PER_MS) >>> 0;
    this.#nextMs = start ? this.#clock.now() + durationMs : this.#nextMs + durationMs;
    return numbers;
  }
}
