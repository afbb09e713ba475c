/** Frames that name what this client does not know yet wait for the news at most so long. */
export const MAX_HELD_MS = 1_000;
export const MAX_HELD_FRAMES = 50;
/** Handles are 16 bits: without a limit a hostile server could make us hold 65,535 lists. */
const MAX_HELD_ROUTES = 64;

export interface HeldFrame {
  readonly body: Uint8Array;
  readonly heldAt: number;
}

/** The waiting room, by route handle; what is too old or too much is dropped, oldest first. */
export class HeldFrames {
  readonly #byRoute = new Map<number, HeldFrame[]>();
  #dropped = 0;

  /** Frames that waited in vain. */
  get dropped(): number {
    return this.#dropped;
  }

  hold(routeHandle: number, frame: HeldFrame, nowMs: number): void {
    const frames = this.#byRoute.get(routeHandle) ?? this.#open(routeHandle);
    while (frames[0] && nowMs - frames[0].heldAt > MAX_HELD_MS) this.#drop(frames);
    frames.push(frame);
    if (frames.length > MAX_HELD_FRAMES) this.#drop(frames);
  }

  /** Those still worth a new attempt, in the order of their arrival. */
  take(routeHandle: number, nowMs: number): readonly HeldFrame[] {
    const frames = this.#byRoute.get(routeHandle) ?? [];
    this.#byRoute.delete(routeHandle);
    const fresh = frames.filter(({ heldAt }) => nowMs - heldAt <= MAX_HELD_MS);
    this.#dropped += frames.length - fresh.length;
    return fresh;
  }

  #open(routeHandle: number): HeldFrame[] {
    const oldest = this.#byRoute.keys().next();
    if (this.#byRoute.size >= MAX_HELD_ROUTES && !oldest.done) {
      this.#dropped += this.#byRoute.get(oldest.value)?.length ?? 0;
      this.#byRoute.delete(oldest.value);
    }
    const frames: HeldFrame[] = [];
    this.#byRoute.set(routeHandle, frames);
    return frames;
  }

  #drop(frames: HeldFrame[]): void {
    frames.shift();
    this.#dropped += 1;
  }
}
