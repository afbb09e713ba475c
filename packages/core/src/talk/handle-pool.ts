import type { Clock } from '../contracts/clock.js';

/** How long a handle of sessions, sources, routes and talk rests. */
export const HANDLE_REST_MS = 60_000;

export interface HandlePoolOptions {
  readonly clock: Clock;
  /** Highest handle; the lowest is 1, because 0 is never given. */
  readonly max: number;
  /** How long a released handle rests before it names something else. */
  readonly restMs: number;
}

/**
 * Gives out small integers, first released first given. A released one rests, so that a frame that
 * was under way when its handle was released cannot land on the next holder.
 */
export class HandlePool {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #restMs: number;
  readonly #restUntil = new Map<number, number>();
  #fresh = 1;

  constructor({ clock, max, restMs }: HandlePoolOptions) {
    this.#clock = clock;
    this.#max = max;
    this.#restMs = restMs;
  }

  /** The handle that has been free for longest; `null` when all are taken or rest. */
  take(): number | null {
    if (this.#fresh <= this.#max) return this.#fresh++;
    // A Map iterates in order of insertion: its first entry was released first.
    const longest = this.#restUntil.entries().next();
    if (longest.done === true || longest.value[1] > this.#clock.now()) return null;
    this.#restUntil.delete(longest.value[0]);
    return longest.value[0];
  }

  /** Gives back a handle that `take` returned. A second release of the same one changes nothing. */
  release(handle: number): void {
    if (handle < 1 || handle >= this.#fresh || this.#restUntil.has(handle)) return;
    this.#restUntil.set(handle, this.#clock.now() + this.#restMs);
  }
}
