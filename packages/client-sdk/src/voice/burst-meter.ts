import type { OpusFrame } from '../audio/opus-frame.js';

/** A longer gap is a pause of the source, or another beginning. */
const MAX_GAP_FRAMES = 50;
const MAX_SOURCES = 64;
const GAIN = 1 / 4;

/** How many frames are lost in a row, over all sources that are heard. */
export class BurstMeter {
  /** Highest number by source. */
  readonly #last = new Map<string, number>();
  #meanBurst = 1;

  /** 1 or more; what was late counts as lost. */
  get meanBurst(): number {
    return this.#meanBurst;
  }

  heard({ source, seq, start }: Pick<OpusFrame, 'source' | 'seq' | 'start'>): void {
    const last = this.#last.get(source.id);
    if (last !== undefined && seq <= last) return;
    this.#last.delete(source.id);
    this.#last.set(source.id, seq);
    const oldest = this.#last.keys().next();
    if (this.#last.size > MAX_SOURCES && !oldest.done) this.#last.delete(oldest.value);
    const missing = last === undefined || start ? 0 : seq - last - 1;
    if (missing < 1 || missing > MAX_GAP_FRAMES) return;
    this.#meanBurst += GAIN * (missing - this.#meanBurst);
  }
}
