export interface WaitingFrame<T> {
  readonly frame: T;
  /** A higher number is more important. */
  readonly priority: number;
  readonly durationMs: number;
  readonly heldAt: number;
}

/**
 * Frames that wait for a path: at most `ringMs` of media time in all, and none that is older than
 * that. What is over is dropped and counted, the lowest priority first and within it the oldest.
 */
export class WaitingRing<T> {
  readonly #ringMs: number;
  readonly #frames: WaitingFrame<T>[] = [];
  #heldMs = 0;
  #dropped = 0;

  constructor(ringMs: number) {
    this.#ringMs = ringMs;
  }

  get length(): number {
    return this.#frames.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(frame: WaitingFrame<T>): void {
    this.#expire(frame.heldAt);
    this.#frames.push(frame);
    this.#heldMs += frame.durationMs;
    while (this.#heldMs > this.#ringMs) this.#drop(this.#leastWanted());
  }

  /** Empties the ring; oldest first, without those that waited too long. */
  drain(nowMs: number): T[] {
    this.#expire(nowMs);
    this.#heldMs = 0;
    return this.#frames.splice(0).map(({ frame }) => frame);
  }

  #expire(nowMs: number): void {
    for (;;) {
      const oldest = this.#frames[0];
      if (oldest === undefined || nowMs - oldest.heldAt <= this.#ringMs) return;
      this.#drop(0);
    }
  }

  #leastWanted(): number {
    let index = 0;
    for (let i = 1; i < this.#frames.length; i++) {
      if (this.#priorityAt(i) < this.#priorityAt(index)) index = i;
    }
    return index;
  }

  #priorityAt(index: number): number {
    return this.#frames[index]?.priority ?? Infinity;
  }

  #drop(index: number): void {
    const [victim] = this.#frames.splice(index, 1);
    if (victim === undefined) return;
    this.#heldMs -= victim.durationMs;
    this.#dropped += 1;
  }
}
