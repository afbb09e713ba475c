/**
 * The smallest of the last values. Kept in a ring are those that can still become the smallest: each
 * is smaller than the one after it, so that a value costs the same however many are looked at.
 */
export class SlidingMinimum {
  readonly #size: number;
  readonly #values: Float64Array;
  /** When each came. */
  readonly #times: Float64Array;
  #first = 0;
  #count = 0;
  #now = 0;

  constructor(size: number) {
    this.#size = size;
    this.#values = new Float64Array(size);
    this.#times = new Float64Array(size);
  }

  /** Takes `count` values more, and puts in the place of each the smallest of the last `size`. */
  replace(values: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const value = values[i] ?? 0;
      this.#now += 1;
      const oldest = this.#times[this.#first] ?? 0;
      if (this.#count > 0 && oldest <= this.#now - this.#size) this.#drop();
      while (this.#count > 0 && (this.#values[this.#place(this.#count - 1)] ?? 0) >= value) {
        this.#count -= 1;
      }
      const at = this.#place(this.#count);
      this.#values[at] = value;
      this.#times[at] = this.#now;
      this.#count += 1;
      values[i] = this.#values[this.#first] ?? value;
    }
  }

  clear(): void {
    this.#count = 0;
    this.#now = 0;
  }

  #drop(): void {
    this.#first = this.#place(1);
    this.#count -= 1;
  }

  #place(index: number): number {
    const at = this.#first + index;
    return at >= this.#size ? at - this.#size : at;
  }
}
