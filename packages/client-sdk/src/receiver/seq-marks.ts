/** Numbers that had something happen to them; each is forgotten for one `size` above it. */
export class SeqMarks {
  readonly #seqs: Float64Array;
  readonly #values: Float64Array;

  constructor(size: number) {
    this.#seqs = new Float64Array(size).fill(-1);
    this.#values = new Float64Array(size);
  }

  /** The value set for this number; `NaN` for none. */
  get(seq: number): number {
    const index = seq % this.#seqs.length;
    return this.#seqs[index] === seq ? (this.#values[index] ?? NaN) : NaN;
  }

  has(seq: number): boolean {
    return this.#seqs[seq % this.#seqs.length] === seq;
  }

  set(seq: number, value: number): void {
    const index = seq % this.#seqs.length;
    this.#seqs[index] = seq;
    this.#values[index] = value;
  }
}
