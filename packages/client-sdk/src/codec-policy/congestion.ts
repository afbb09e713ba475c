import type { LinkReport } from './link-report.js';

const RTT_MEMORY = 60;
const MIN_RTT_RISE_MS = 100;
const MAX_QUEUED_FRAMES = 3;

/** Whether frames queue up on the way: here, or where the round trip has become long. */
export class Congestion {
  readonly #rttsMs: number[] = [];

  /** Call it once for each report. */
  seen({ rttMs, queuedFrames }: LinkReport): boolean {
    if (queuedFrames > MAX_QUEUED_FRAMES) return true;
    if (rttMs === null) return false;
    this.#rttsMs.push(rttMs);
    if (this.#rttsMs.length > RTT_MEMORY) this.#rttsMs.shift();
    // Of the last minute: another way with a longer round trip is no queue for ever.
    const usualMs = Math.min(...this.#rttsMs);
    return rttMs > 2 * usualMs && rttMs > usualMs + MIN_RTT_RISE_MS;
  }
}
