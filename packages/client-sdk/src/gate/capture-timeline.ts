/** A chunk that comes this much later than expected was captured later, too. */
const MAX_LATE_MS = 100;

/**
 * Says when sound was captured that comes without a time of its own. It follows itself without a
 * gap while chunks come about when they should, so that a busy moment of the program does not look
 * like a pause; and no sound was captured after it came.
 */
export class CaptureTimeline {
  #endMs: number | null = null;

  /**
   * @param nowMs when the chunk came
   * @param startMs when its first sample was captured, if whoever captured it knows
   * @returns when its first sample was captured
   */
  place(durationMs: number, nowMs: number, startMs?: number): number {
    const endMs = startMs === undefined ? this.#estimate(durationMs, nowMs) : startMs + durationMs;
    this.#endMs = endMs;
    return endMs - durationMs;
  }

  #estimate(durationMs: number, nowMs: number): number {
    if (this.#endMs === null) return nowMs;
    const endMs = this.#endMs + durationMs;
    return endMs < nowMs - MAX_LATE_MS ? nowMs : Math.min(endMs, nowMs);
  }
}
