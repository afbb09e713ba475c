/** A transmission without a frame or an update for so long has ended (docs/protocol/control.md). */
const LOST_AFTER_MS = 5_000;
const MAX_SOURCES = 64;

/** Talkspurts that were heard and have not ended, as far as this end knows. */
export class OpenTalkspurts {
  readonly #lastHeardAt = new Map<string, number>();

  /** Until when one of them is open if nothing more is heard; `-Infinity` when none is. */
  get openUntil(): number {
    let last = -Infinity;
    for (const at of this.#lastHeardAt.values()) last = Math.max(last, at);
    return last + LOST_AFTER_MS;
  }

  heard(sourceId: string, ended: boolean, nowMs: number): void {
    this.#lastHeardAt.delete(sourceId);
    if (ended) return;
    this.#lastHeardAt.set(sourceId, nowMs);
    // Kept in the order of the last frame, so the first is the one longest silent.
    const oldest = this.#lastHeardAt.keys().next();
    if (this.#lastHeardAt.size > MAX_SOURCES && !oldest.done) {
      this.#lastHeardAt.delete(oldest.value);
    }
  }
}
