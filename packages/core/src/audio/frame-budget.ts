/** What one talk handle may send on one path; the bucket holds one second of it. */
export const FRAMES_PER_SECOND = 110;
export const BITS_PER_SECOND = 256_000;
/** Talk handles of a session that may talk at once. */
export const HANDLES_AT_ONCE = 8;

/** Token buckets of frames and bits, one pair for each voice path. Allocates nothing per frame. */
export class FrameBudget {
  readonly #framesPerMs: number;
  readonly #bitsPerMs: number;
  readonly #frames: Float64Array;
  readonly #bits: Float64Array;
  readonly #atMs: Float64Array;

  /** @param handles how many talk handles share it */
  constructor(pathCount: number, handles = 1) {
    this.#framesPerMs = (handles * FRAMES_PER_SECOND) / 1_000;
    this.#bitsPerMs = (handles * BITS_PER_SECOND) / 1_000;
    this.#frames = new Float64Array(pathCount).fill(this.#framesPerMs * 1_000);
    this.#bits = new Float64Array(pathCount).fill(this.#bitsPerMs * 1_000);
    this.#atMs = new Float64Array(pathCount);
  }

  /** Takes a frame out of the bucket of its path; `false`, and nothing taken, when it is too much. */
  spend(path: number, bytes: number, nowMs: number): boolean {
    const elapsedMs = Math.min(1_000, nowMs - (this.#atMs[path] ?? nowMs));
    const frames = refill(this.#frames[path] ?? 0, this.#framesPerMs, elapsedMs);
    const bits = refill(this.#bits[path] ?? 0, this.#bitsPerMs, elapsedMs);
    const affordable = frames >= 1 && bits >= bytes * 8;
    this.#atMs[path] = nowMs;
    this.#frames[path] = affordable ? frames - 1 : frames;
    this.#bits[path] = affordable ? bits - bytes * 8 : bits;
    return affordable;
  }
}

function refill(tokens: number, perMs: number, elapsedMs: number): number {
  return Math.min(perMs * 1_000, tokens + perMs * elapsedMs);
}
