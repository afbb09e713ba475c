import type { FrameDurationMs } from '@sidetone/protocol';
import type { Clock } from '../clock/clock.js';

export interface FrameStamp {
  /** u16. */
  readonly seq: number;
  /** u32, 48 kHz ticks. */
  readonly time: number;
}

export const TICKS_PER_MS = 48;
const SEQ_RANGE = 2 ** 16;
const TIME_RANGE = 2 ** 32;
/** Frames that come a little late are still one stream; a longer pause shows in the time. */
const PAUSE_MS = 100;

/**
 * Numbers the frames of one source: `seq` +1 for each, `time` in media time that runs on while the
 * source is silent. Both begin at random.
 */
export class SourceTimeline {
  readonly #clock: Clock;
  #stamp: FrameStamp;
  #nextTime: number;
  #dueAt: number | null = null;

  constructor(clock: Clock, randomUint32: () => number) {
    this.#clock = clock;
    this.#stamp = { seq: randomUint32() % SEQ_RANGE, time: randomUint32() };
    this.#nextTime = this.#stamp.time;
  }

  /** Stamp of the last frame. */
  get last(): FrameStamp {
    return this.#stamp;
  }

  /** @param capturedAtMs when the frame was complete, where its coming does not tell as well */
  next(durationMs: FrameDurationMs, capturedAtMs?: number): FrameStamp {
    const now = capturedAtMs ?? this.#clock.now();
    const pauseMs = this.#dueAt === null ? 0 : now - this.#dueAt;
    const isPause = pauseMs > (capturedAtMs === undefined ? PAUSE_MS : durationMs / 2);
    const time = isPause ? this.#nextTime + Math.round(pauseMs * TICKS_PER_MS) : this.#nextTime;
    this.#stamp = { seq: (this.#stamp.seq + 1) % SEQ_RANGE, time: time % TIME_RANGE };
    this.#nextTime = this.#stamp.time + durationMs * TICKS_PER_MS;
    // From the schedule and not from now: a late frame must not make the next one look early.
    this.#dueAt = (isPause || this.#dueAt === null ? now : this.#dueAt) + durationMs;
    return this.#stamp;
  }
}

/** From the platform's cryptographic generator. */
export function randomUint32(): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value;
}
