/** One uplink body, with what a path needs to know of it. */
export interface RecentFrame {
  readonly body: Uint8Array;
  readonly priority: number;
  readonly durationMs: number;
  readonly sentAt: number;
}

/** Older voice is too late to be sent again. */
const KEEP_MS = 100;
const MAX_FRAMES = 64;

/** What went out by a path a moment ago: the system may say only later that it went nowhere. */
export class RecentFrames {
  readonly #frames: RecentFrame[] = [];

  /** @param frame its body is kept, not copied: nobody changes a sealed frame */
  add(frame: RecentFrame): void {
    this.#frames.push(frame);
    while (
      this.#frames.length > MAX_FRAMES ||
      (this.#frames[0] && frame.sentAt - this.#frames[0].sentAt > KEEP_MS)
    ) {
      this.#frames.shift();
    }
  }

  /** Those that are worth it, oldest first; they are forgotten here. */
  take(nowMs: number): readonly RecentFrame[] {
    return this.#frames.splice(0).filter(({ sentAt }) => nowMs - sentAt <= KEEP_MS);
  }
}
