import type { CancelTimer } from '@sidetone/core';
import type { Timing } from './real-timing.js';

interface Departure<T> {
  readonly item: T;
  readonly departAtMs: number;
}

/**
 * Lets items go at their moments, those of one moment in the order they came. One timer serves all,
 * because two timers of neighbouring milliseconds may fire in either order.
 */
export class DepartureQueue<T> {
  readonly #timing: Timing;
  readonly #depart: (item: T, departAtMs: number) => void;
  readonly #waiting: Departure<T>[] = [];
  #cancel: CancelTimer | null = null;
  #held = false;

  constructor(timing: Timing, depart: (item: T, departAtMs: number) => void) {
    this.#timing = timing;
    this.#depart = depart;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** What is due already goes at once, in this turn. */
  push(item: T, departAtMs: number): void {
    let place = this.#waiting.length;
    while (place > 0 && (this.#waiting[place - 1]?.departAtMs ?? 0) > departAtMs) place--;
    this.#waiting.splice(place, 0, { item, departAtMs });
    if (place === 0) this.#run();
  }

  /** Keeps everything until `release`. */
  hold(): void {
    this.#held = true;
    this.#disarm();
  }

  release(): void {
    this.#held = false;
    this.#run();
  }

  /** Empties the queue and stops its timer; gives back what had waited. */
  clear(): T[] {
    this.#disarm();
    return this.#waiting.splice(0).map((departure) => departure.item);
  }

  #run(): void {
    this.#disarm();
    while (!this.#held) {
      const next = this.#waiting[0];
      if (next === undefined) return;
      const restMs = next.departAtMs - this.#timing.now();
      if (restMs > 0) {
        this.#cancel = this.#timing.after(restMs, () => this.#run());
        return;
      }
      this.#waiting.shift();
      this.#depart(next.item, next.departAtMs);
    }
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
