/** A clock further off than this has been set, or the audio has stood still. */
const JUMP_MS = 300;
/** Within so long some quantum was asked for when it was due, and some frame came without a wait. */
const WINDOW_MS = 1_000;
/** How fast the moments of sound give way: unheard, and faster than crystals drift apart. */
const RISE = 0.01;
const FALL = 0.5;
/** The time constant by which more than a little is made up for. */
const RISE_MS = 3_000;
/** So early a frame cannot have come: `Date.now` is cut off to whole milliseconds. */
const CUT_OFF_MS = 2;
/** A frame that waits longer than this each time has a clock of its own. */
const APART_MS = 20;

/** The least of a second or two. */
class LowestLately {
  /** Of the window at hand, of the one before, and since when it is at hand: see `PlayoutClock`. */
  readonly #state = new Float64Array(3);

  constructor() {
    this.reset();
  }

  get value(): number {
    return Math.min(this.#state[0] ?? 0, this.#state[1] ?? 0);
  }

  /** Answers the least of the window that is over; `NaN` while it lasts. */
  add(value: number, atMs: number): number {
    const state = this.#state;
    const sinceMs = state[2] ?? 0;
    const isOver = atMs - sinceMs >= WINDOW_MS || atMs < sinceMs;
    const over = isOver ? (state[0] ?? 0) : NaN;
    if (isOver) {
      state[1] = over;
      state[0] = Infinity;
      state[2] = atMs;
    }
    if (value < (state[0] ?? 0)) state[0] = value;
    return over;
  }

  reset(): void {
    this.#state.fill(Infinity, 0, 2);
    this.#state[2] = -Infinity;
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
  readonly #last: Float64Array = new Float64Array(1);

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
      const stepMs = Math.max(0, mediaMs - (this.#last[0] ?? 0));
      const change = this.#offsets.value - offset;
      const rise = Math.max(RISE, change / RISE_MS);
      this.#offset[0] = offset + Math.max(-FALL * stepMs, Math.min(rise * stepMs, change));
    } else {
      this.#offsets.reset();
      this.#offsets.add(seen, mediaMs);
      this.#offset[0] = seen;
    }
    this.#last[0] = mediaMs;
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
