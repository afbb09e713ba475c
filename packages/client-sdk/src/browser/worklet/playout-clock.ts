/** A clock further off than this has been set, or the audio has stood still. */
const JUMP_MS = 200;
/** Within so long some quantum was asked for when it was due, and some frame came without a wait. */
const WINDOW_MS = 1_000;
/** How fast the moments of sound give way: unheard, and faster than crystals drift apart. */
const RISE = 0.01;
const FALL = 0.5;
/** So early a frame cannot have come: `Date.now` is cut off to whole milliseconds. */
const CUT_OFF_MS = 2;
/** A frame that waits longer than this each time has a clock of its own. */
const APART_MS = 20;

/** The least of a second or two. */
class LowestLately {
  #present = Infinity;
  #before = Infinity;
  #sinceMs = -Infinity;

  get value(): number {
    return Math.min(this.#present, this.#before);
  }

  /** Of the window that is over; `NaN` while it lasts. */
  add(value: number, atMs: number): number {
    let over = NaN;
    if (atMs - this.#sinceMs >= WINDOW_MS || atMs < this.#sinceMs) {
      over = this.#present;
      this.#before = this.#present;
      this.#present = Infinity;
      this.#sinceMs = atMs;
    }
    if (value < this.#present) this.#present = value;
    return over;
  }

  reset(): void {
    this.#present = Infinity;
    this.#before = Infinity;
    this.#sinceMs = -Infinity;
  }
}

/**
 * When sound is heard, on the clock by which frames arrive: epoch milliseconds as another thread
 * reads them. The audio thread has `Date.now` alone, in whole milliseconds, and asks for sound in
 * bursts as its device does. So the moment of a sample is that of its number, by an offset that
 * follows the lowest of what `Date.now` says: no sample is thought to be due before its time.
 */
export class PlayoutClock {
  readonly #samplesPerMs: number;
  readonly #wallNow: () => number;
  readonly #offsets = new LowestLately();
  readonly #lags = new LowestLately();
  /** From the time that sample numbers tell to `Date.now`. In arrays: numbers of objects are made anew. */
  readonly #offset: Float64Array = Float64Array.of(NaN);
  /** What `Date.now` is ahead of the clock by which frames arrive. */
  readonly #ahead: Float64Array = new Float64Array(1);
  #lastMs = 0;

  /** @param wallNow `Date.now` */
  constructor(sampleRateHz: number, wallNow: () => number) {
    this.#samplesPerMs = sampleRateHz / 1_000;
    this.#wallNow = wallNow;
  }

  now(): number {
    return this.#wallNow() - (this.#ahead[0] ?? 0);
  }

  /** @param frame number of the sample; asked with each quantum, in order */
  momentOf(frame: number): number {
    const mediaMs = frame / this.#samplesPerMs;
    const seen = this.#wallNow() - mediaMs;
    const offset = this.#offset[0] ?? NaN;
    if (Math.abs(seen - offset) <= JUMP_MS) {
      this.#offsets.add(seen, mediaMs);
      const stepMs = Math.max(0, mediaMs - this.#lastMs);
      const change = this.#offsets.value - offset;
      this.#offset[0] = offset + Math.max(-FALL * stepMs, Math.min(RISE * stepMs, change));
    } else {
      this.#offsets.reset();
      this.#offsets.add(seen, mediaMs);
      this.#offset[0] = seen;
    }
    this.#lastMs = mediaMs;
    return mediaMs + (this.#offset[0] ?? 0) - (this.#ahead[0] ?? 0);
  }

  /**
   * A frame came, and this is what its thread read. The two clocks may come apart, for instance when
   * the machine sleeps or the time of day is set; then this one goes by the other.
   */
  frameArrived(arrivedAtMs: number): void {
    const ahead = this.#ahead[0] ?? 0;
    const wallMs = this.#wallNow();
    const lag = wallMs - ahead - arrivedAtMs;
    if (lag < -CUT_OFF_MS || lag > WINDOW_MS) return this.#goBy(lag);
    const lowest = this.#lags.add(lag, wallMs);
    if (lowest > APART_MS && lowest < Infinity) this.#goBy(lowest);
  }

  #goBy(lag: number): void {
    this.#ahead[0] = (this.#ahead[0] ?? 0) + lag;
    this.#lags.reset();
  }
}
