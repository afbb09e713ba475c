import type { OpusFrame } from './opus-frame.js';
import { SAMPLES_PER_MS } from './sample-rate.js';
import { PAUSE_TICKS, spokenFrames, type SpokenFrame } from './spoken-frame.js';

/** So many frames are waited for a missing one, or for so long in media time. */
const MAX_WAITING = 50;
const MAX_WAIT_TICKS = 1_000 * SAMPLES_PER_MS;

/**
 * Puts the frames of one source in order by their numbers, with what later ones carry of earlier
 * ones. It knows no clock: a number is given up when enough has come after it.
 */
export class FrameOrder {
  readonly #take: (frame: SpokenFrame) => void;
  readonly #waiting = new Map<number, SpokenFrame>();
  /** All below have had their turn. */
  #next: { readonly seq: number; readonly time: number } | null = null;
  /** Between talkspurts only a marked start is certain to have nothing before it. */
  #isWithin = false;
  #lost = 0;

  /** @param take is given every frame that has sound */
  constructor(take: (frame: SpokenFrame) => void) {
    this.#take = take;
  }

  /** Frames of talkspurts that never came, also not in another one. */
  get lost(): number {
    return this.#lost;
  }

  push(frame: OpusFrame): void {
    for (const spoken of spokenFrames(frame)) {
      if (this.#next !== null && spoken.seq < this.#next.seq) continue;
      const known = this.#waiting.get(spoken.seq);
      if (!known || known.packet.length === 0) this.#waiting.set(spoken.seq, spoken);
    }
    this.#advance();
    while (this.#isWaitOver()) this.#giveUp();
  }

  /** Nothing comes any more: what is missing is lost. */
  flush(): void {
    while (this.#waiting.size > 0) this.#giveUp();
  }

  #advance(): void {
    for (;;) {
      const frame = this.#nextFrame();
      if (!frame) return;
      this.#waiting.delete(frame.seq);
      this.#next = { seq: frame.seq + 1, time: frame.time + frame.durationMs * SAMPLES_PER_MS };
      this.#isWithin = !frame.end && frame.packet.length > 0;
      if (frame.packet.length > 0) this.#take(frame);
    }
  }

  #nextFrame(): SpokenFrame | undefined {
    if (this.#next !== null) {
      const next = this.#waiting.get(this.#next.seq);
      if (next || this.#isWithin) return next;
    }
    const earliest = this.#waiting.get(this.#lowest());
    return earliest?.start === true ? earliest : undefined;
  }

  #isWaitOver(): boolean {
    if (this.#waiting.size > MAX_WAITING) return true;
    let [first, last] = [Infinity, -Infinity];
    for (const { time } of this.#waiting.values()) {
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    return last - first > MAX_WAIT_TICKS;
  }

  /** Goes on with the earliest that is there. */
  #giveUp(): void {
    const frame = this.#waiting.get(this.#lowest());
    if (!frame) return;
    if (this.#next !== null && this.#isWithin && !frame.start) {
      const isPause = frame.time - this.#next.time >= PAUSE_TICKS;
      if (!isPause) this.#lost += frame.seq - this.#next.seq;
    }
    this.#next = frame;
    this.#isWithin = true;
    this.#advance();
  }

  #lowest(): number {
    return Math.min(...this.#waiting.keys());
  }
}
