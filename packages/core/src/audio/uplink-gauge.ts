/** What was lost of a stream of numbered frames. */
export interface StreamLoss {
  /** 0-1. */
  readonly loss: number;
  /** Lost in a row, on average; 1 where none were. */
  readonly burst: number;
}

const SEQ_MASK = 0xffff;
/** A number farther ahead is a new beginning, not a loss of twenty seconds. */
const MAX_GAP = 1_000;
/** Fewer frames than this, a fifth of a second of voice, are no measurement. */
const MIN_FRAMES = 10;

/** Counts the gaps in the sequence numbers of one source as its frames arrive. */
export class UplinkGauge {
  #last: number | null = null;
  #received = 0;
  #lost = 0;
  #gaps = 0;

  /** Each frame that was authenticated; those that went to several routes may be told again. */
  note(seq: number): void {
    const last = this.#last ?? (seq - 1) & SEQ_MASK;
    const ahead = (seq - last) & SEQ_MASK;
    if (ahead === 0) return;
    this.#received++;
    if (ahead > SEQ_MASK - MAX_GAP) {
      // Overtaken by a later one, to which it looked lost.
      if (this.#lost > 0) this.#lost--;
      return;
    }
    this.#last = seq;
    if (ahead === 1 || ahead > MAX_GAP) return;
    this.#lost += ahead - 1;
    this.#gaps++;
  }

  /** Since the last time; `null` where too few frames came to tell. */
  take(): StreamLoss | null {
    const all = this.#received + this.#lost;
    if (all < MIN_FRAMES) return null;
    const burst = this.#lost === 0 ? 1 : Math.max(1, this.#lost / Math.max(1, this.#gaps));
    const loss = this.#lost / all;
    this.#received = 0;
    this.#lost = 0;
    this.#gaps = 0;
    return { loss, burst };
  }
}
