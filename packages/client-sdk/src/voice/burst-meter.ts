import type { OpusFrame } from '../audio/opus-frame.js';
import { BurstWindow } from './burst-window.js';

const MAX_SOURCES = 64;
/** Of single losses some follow each other by chance, and a few such pairs are no bursts yet. */
const GAIN = 1 / 8;

/** How many frames are lost in a row, over all sources that are heard. */
export class BurstMeter {
  readonly #windows = new Map<string, BurstWindow>();
  #meanBurst = 1;

  /** 1 or more; what came late, but within its window, was not lost. */
  get meanBurst(): number {
    return this.#meanBurst;
  }

  heard({ source, seq, start }: Pick<OpusFrame, 'source' | 'seq' | 'start'>): void {
    const window = this.#windows.get(source.id) ?? new BurstWindow();
    this.#windows.delete(source.id);
    this.#windows.set(source.id, window);
    const oldest = this.#windows.keys().next();
    if (this.#windows.size > MAX_SOURCES && !oldest.done) this.#windows.delete(oldest.value);
    window.came(seq, start, (burst) => {
      this.#meanBurst += GAIN * (burst - this.#meanBurst);
    });
  }
}
