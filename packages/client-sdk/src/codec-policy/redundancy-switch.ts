import { MAX_EARLIER_FRAMES } from '@sidetone/protocol';
import type { LossEstimate } from './loss-estimate.js';

/** Error correction brings back one lost frame, not two in a row. */
const BURST_TO_START = 1.5;
const LOSS_TO_START = 0.03;
const LOSS_TO_STOP = 0.01;
const CLEAN_BEFORE_STOP = 10;

/** How many earlier frames each frame carries: none, or as many as bring back the usual burst. */
export class RedundancySwitch {
  #frames = 0;
  #clean = 0;

  get frames(): number {
    return this.#frames;
  }

  /** @param queues more bytes would only wait longer */
  report({ loss, meanBurst }: LossEstimate, queues: boolean, isKnown: boolean): void {
    if (queues) {
      this.#frames = 0;
      return;
    }
    if (!isKnown) return;
    this.#clean = loss < LOSS_TO_STOP ? this.#clean + 1 : 0;
    if (this.#clean >= CLEAN_BEFORE_STOP) this.#frames = 0;
    if (loss < LOSS_TO_START || meanBurst < BURST_TO_START) return;
    const wanted = Math.min(MAX_EARLIER_FRAMES, Math.ceil(meanBurst) + 1);
    this.#frames = Math.max(this.#frames, wanted);
  }
}
