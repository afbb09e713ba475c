import type { OpusFrame } from '../audio/opus-frame.js';

const GAIN = 1 / 16;
const TICKS_PER_MS = 48;
/** After a longer pause the time between two frames says nothing of the way. */
const MAX_GAP_MS = 500;
const FORGET_AFTER_MS = 5_000;
const MAX_SOURCES = 64;

interface LastFrame {
  readonly arrivedAt: number;
  readonly time: number;
}

/** How unevenly frames arrive, over all sources (RFC 3550 section 6.4.1 and appendix A.8). */
export class JitterMeter {
  readonly #last = new Map<string, LastFrame>();
  #jitterMs = 0;
  #measuredAt = -Infinity;

  heard({ source, time }: Pick<OpusFrame, 'source' | 'time'>, nowMs: number): void {
    const last = this.#last.get(source.id);
    this.#last.delete(source.id);
    this.#last.set(source.id, { arrivedAt: nowMs, time });
    const oldest = this.#last.keys().next();
    if (this.#last.size > MAX_SOURCES && !oldest.done) this.#last.delete(oldest.value);
    if (!last || nowMs - last.arrivedAt > MAX_GAP_MS) return;
    const expectedMs = (time - last.time) / TICKS_PER_MS;
    const deviationMs = Math.abs(nowMs - last.arrivedAt - expectedMs);
    this.#jitterMs += GAIN * (Math.min(deviationMs, MAX_GAP_MS) - this.#jitterMs);
    this.#measuredAt = nowMs;
  }

  /** `null` when nothing was heard of late. */
  jitterMs(nowMs: number): number | null {
    return nowMs - this.#measuredAt > FORGET_AFTER_MS ? null : this.#jitterMs;
  }
}
