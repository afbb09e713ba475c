import type { Counter, Metrics } from '@sidetone/core';

/** Counters in memory. */
export class CountingMetrics implements Metrics {
  readonly #counters = new Map<string, { value: number; add(amount?: number): void }>();

  counter(name: string, reason?: string): Counter {
    const key = reason === undefined ? name : `${name}.${reason}`;
    const counter = this.#counters.get(key) ?? {
      value: 0,
      add(amount = 1) {
        this.value += amount;
      },
    };
    this.#counters.set(key, counter);
    return counter;
  }

  snapshot(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counters].map(([key, { value }]) => [key, value]));
  }

  /** What is above zero among the counters that begin with `prefix`, without the prefix. */
  above(prefix: string): Readonly<Record<string, number>> {
    const entries = Object.entries(this.snapshot()).filter(([, value]) => value > 0);
    return Object.fromEntries(
      entries
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
  }
}
