/** The random numbers of a simulation; the same seed gives the same ones everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not including, 1: mulberry32, a counter whose bits are stirred. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let stirred = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    stirred ^= stirred + Math.imul(stirred ^ (stirred >>> 7), stirred | 61);
    return ((stirred ^ (stirred >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Takes one number, whatever the answer. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }
}
