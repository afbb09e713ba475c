/** A frame may be overtaken by so many: 320 ms of the usual ones. */
const WINDOW_FRAMES = 16;
/** A longer gap is a pause of the source, or another beginning. */
const MAX_GAP_FRAMES = 50;

/** Finds the frames of one source that are missing in a row, once they can hardly come any more. */
export class BurstWindow {
  /** The last frames, by number modulo the length: whether each came. */
  readonly #came = new Uint8Array(WINDOW_FRAMES);
  #highest = -1;
  /** All below have been judged. */
  #next = -1;
  #missing = 0;

  /**
   * @param start it is the first of a talkspurt, before which nothing tells how many were said
   * @param ended called with the length of each burst, when the frame behind it is judged
   */
  came(seq: number, start: boolean, ended: (burst: number) => void): void {
    const isAnew = start ? seq > this.#highest : seq - this.#highest > MAX_GAP_FRAMES;
    if (this.#highest === -1 || isAnew) {
      if (this.#highest !== -1) this.#judgeBelow(this.#highest + 1, ended);
      this.#next = seq;
      this.#missing = 0;
    } else if (seq < this.#next) {
      return;
    }
    for (let each = Math.max(this.#highest + 1, this.#next); each < seq; each++) {
      this.#judgeBelow(each - WINDOW_FRAMES + 1, ended);
      this.#came[each % WINDOW_FRAMES] = 0;
    }
    this.#judgeBelow(seq - WINDOW_FRAMES + 1, ended);
    this.#came[seq % WINDOW_FRAMES] = 1;
    this.#highest = Math.max(this.#highest, seq);
  }

  #judgeBelow(end: number, ended: (burst: number) => void): void {
    for (; this.#next < end; this.#next++) {
      if (this.#came[this.#next % WINDOW_FRAMES] === 0) {
        this.#missing += 1;
        continue;
      }
      if (this.#missing > 0) ended(this.#missing);
      this.#missing = 0;
    }
  }
}
