/** Counts what happens too often for events, by reason. */
export class Counters {
  readonly #counts = new Map<string, number>();

  readonly count = (reason: string): void => {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  };

  toObject(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
