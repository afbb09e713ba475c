/** Something that is being talked to. */
export interface OnAir<T> {
  readonly target: T;
  /** When its first frame was captured, on `client.clock`. */
  readonly sinceMs: number;
}

/** Remembers since when each of them is on air. */
export class OnAirBook<T> {
  #entries: readonly OnAir<T>[] = [];

  get entries(): readonly OnAir<T>[] {
    return this.#entries;
  }

  /** @returns whether something has begun or ended */
  update(onAir: ReadonlySet<T>, nowMs: number): boolean {
    const kept = this.#entries.filter(({ target }) => onAir.has(target));
    const known = new Set(kept.map(({ target }) => target));
    const begun = [...onAir].filter((target) => !known.has(target));
    if (begun.length === 0 && kept.length === this.#entries.length) return false;
    this.#entries = [...kept, ...begun.map((target) => ({ target, sinceMs: nowMs }))];
    return true;
  }
}
