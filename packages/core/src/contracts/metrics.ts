import { createToken, type Token } from '../token.js';

/** A number that only grows. `add` is called on the packet path: it must neither throw nor allocate. */
export interface Counter {
  add(amount?: number): void;
  readonly value: number;
}

/**
 * Counters by name and reason, for operators. The default keeps them in memory; a metrics plugin
 * publishes them. Asking twice for one (name, reason) gives the same counter.
 */
export interface Metrics {
  counter(name: string, reason?: string): Counter;
  /** All counters as `name` or `name.reason`, with their values now. */
  snapshot(): Readonly<Record<string, number>>;
}

export const Metrics: Token<Metrics> = createToken('Metrics');
