import type { Counter, Metrics } from '../contracts/metrics.js';

class MemoryCounter implements Counter {
  value = 0;

  add(amount = 1): void {
    this.value += amount;
  }
}

/** Counts in memory. */
export class MemoryMetrics implements Metrics {
  readonly #counters = new Map<string, MemoryCounter>();

  counter(name: string, reason?: string): Counter {
    const key = reason === undefined ? name : `${name}.${reason}`;
    const known = this.#counters.get(key);
    if (known !== undefined) return known;
    const counter = new MemoryCounter();
    this.#counters.set(key, counter);
    return counter;
  }

  snapshot(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counters].map(([key, { value }]) => [key, value]));
  }
}
