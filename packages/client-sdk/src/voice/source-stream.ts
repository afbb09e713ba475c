import { ReplayWindow, type SenderPart } from '@sidetone/protocol';

/** Sequence number and media time without their wrap-arounds; both only ever grow on average. */
export interface StreamPosition {
  readonly seq: number;
  /** 48 kHz ticks. */
  readonly time: number;
}

const SEQ_RANGE = 2 ** 16;
const TIME_RANGE = 2 ** 32;
/** A source that was silent this long starts from new random numbers, for all we know. */
const FORGET_AFTER_MS = 5_000;

/**
 * The frames of one source, over whatever routes and paths they come: numbers are unwrapped and
 * second copies are found.
 */
export class SourceStream {
  readonly #seen = new ReplayWindow();
  #last: StreamPosition | null = null;
  #lastAt = 0;
  #emptySeq = -1;

  get lastAt(): number {
    return this.#lastAt;
  }

  /**
   * Where the frame belongs; `null` for a copy. An empty frame takes no number: the real frame of
   * the same number may still come by another route.
   */
  place({ seq, time }: SenderPart, empty: boolean, nowMs: number): StreamPosition | null {
    const position = this.#unwrap(seq, time, nowMs);
    if (!this.#isFresh(position.seq, empty)) return null;
    if (this.#last === null || position.seq >= this.#last.seq) this.#last = position;
    this.#lastAt = nowMs;
    return position;
  }

  #isFresh(seq: number, empty: boolean): boolean {
    if (!empty) return this.#seen.accept(seq);
    if (!this.#seen.check(seq) || seq === this.#emptySeq) return false;
    this.#emptySeq = seq;
    return true;
  }

  #unwrap(seq: number, time: number, nowMs: number): StreamPosition {
    const last = this.#last;
    // One range up, so that frames from before the first one seen keep positive numbers.
    if (last === null) return { seq: seq + SEQ_RANGE, time: time + TIME_RANGE };
    const forgotten = nowMs - this.#lastAt > FORGET_AFTER_MS;
    return {
      seq: unwrap(last.seq, seq, SEQ_RANGE, forgotten),
      time: unwrap(last.time, time, TIME_RANGE, forgotten),
    };
  }
}

/** The number closest to the last one, or after a long silence the next one above it. */
function unwrap(last: number, wrapped: number, range: number, forwardOnly: boolean): number {
  const ahead = (((wrapped - last) % range) + range) % range;
  if (forwardOnly) return last + (ahead === 0 ? range : ahead);
  return ahead < range / 2 ? last + ahead : last + ahead - range;
}
