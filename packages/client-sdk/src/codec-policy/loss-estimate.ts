import type { LinkReport } from './link-report.js';

/** Losses are believed sooner than their end. */
const RISE_GAIN = 0.5;
const FALL_GAIN = 0.2;

/** Smoothed loss of the worse direction. */
export class LossEstimate {
  #loss = 0;
  #meanBurst = 1;

  /** 0-1. */
  get loss(): number {
    return this.#loss;
  }

  get meanBurst(): number {
    return this.#meanBurst;
  }

  /** False where the report knows of no loss in either direction. */
  add({ uplinkLoss, downlinkLoss, meanBurst }: LinkReport): boolean {
    if (uplinkLoss === null && downlinkLoss === null) return false;
    const loss = bounded(Math.max(uplinkLoss ?? 0, downlinkLoss ?? 0), 0, 1);
    this.#loss += (loss > this.#loss ? RISE_GAIN : FALL_GAIN) * (loss - this.#loss);
    if (loss > 0 && meanBurst !== null) {
      this.#meanBurst += RISE_GAIN * (bounded(meanBurst, 1, 50) - this.#meanBurst);
    }
    return true;
  }
}

/** What is no number is the least. */
function bounded(value: number, min: number, max: number): number {
  return value > min ? Math.min(value, max) : min;
}
