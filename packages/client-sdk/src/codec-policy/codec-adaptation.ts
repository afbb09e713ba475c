import type { EncoderSettings } from '@sidetone/protocol';
import { Congestion } from './congestion.js';
import { fecFloorPercent } from './fec-floor.js';
import type { CodecChoice, LinkReport } from './link-report.js';
import { LossEstimate } from './loss-estimate.js';
import { lossLimit, notchesBelow, type Notch } from './notch.js';
import { RedundancySwitch } from './redundancy-switch.js';

/** Reports, of which one comes each second of talk. */
const BAD_BEFORE_DOWN = 3;
const CLEAN_BEFORE_UP = 15;
const MAX_CLEAN_BEFORE_UP = 120;
/** A step down so soon after one up was one up too many. */
const RELAPSE = 30;
const BELOW_BEFORE_LOWER = 5;

const HIGH_LOSS = 0.1;
const CLEAN_LOSS = 0.02;
const MAX_LOSS_PERCENT = 30;
const PERCENT_STEP = 5;

/**
 * What the encoder of one source does about the network, decided anew with each report. Losses
 * raise the error correction, and if they come in bursts bring earlier frames along; a queue takes
 * bits away, and then frames. Knows no clock: reports come once a second while the source talks.
 */
export class CodecAdaptation {
  readonly #settings: EncoderSettings;
  readonly #notches: readonly Notch[];
  readonly #congestion = new Congestion();
  readonly #estimate = new LossEstimate();
  readonly #redundancy = new RedundancySwitch();
  #notch = 0;
  #percent: number;
  #queued = 0;
  #lossy = 0;
  #clean = 0;
  #cleanNeeded = CLEAN_BEFORE_UP;
  #sinceUp = Infinity;
  #below = 0;

  constructor(settings: EncoderSettings) {
    this.#settings = settings;
    this.#notches = notchesBelow(settings);
    this.#percent = settings.expectedLossPercent ?? 0;
  }

  get choice(): CodecChoice {
    const { bitrateBps, frameDurationMs } = this.#now;
    const floor = fecFloorPercent(bitrateBps);
    return {
      bitrateBps,
      frameDurationMs,
      expectedLossPercent:
        this.#settings.fec === true ? Math.max(floor, this.#percent) : this.#percent,
      earlierFrames: this.#redundancy.frames,
    };
  }

  report(report: LinkReport): CodecChoice {
    const queues = this.#congestion.seen(report);
    const isKnown = this.#estimate.add(report);
    this.#sinceUp += 1;
    this.#queued = queues ? this.#queued + 1 : 0;
    this.#lossy = isKnown && this.#estimate.loss > HIGH_LOSS ? this.#lossy + 1 : 0;
    const isClean = isKnown && !queues && this.#estimate.loss < CLEAN_LOSS;
    this.#clean = isClean ? this.#clean + 1 : 0;
    if (this.#settings.fec === true && isKnown) this.#followLoss();
    this.#redundancy.report(this.#estimate, queues, isKnown);
    this.#step();
    return this.choice;
  }

  get #now(): Notch {
    return this.#notches[this.#notch] as Notch;
  }

  /** Up at once, and down when it has been less for a while. */
  #followLoss(): void {
    const rounded = Math.ceil((this.#estimate.loss * 100) / PERCENT_STEP - 0.4) * PERCENT_STEP;
    const wanted = Math.max(0, Math.min(MAX_LOSS_PERCENT, rounded));
    this.#below = wanted < this.#percent ? this.#below + 1 : 0;
    if (wanted < this.#percent && this.#below < BELOW_BEFORE_LOWER) return;
    this.#percent = wanted;
    this.#below = 0;
  }

  #step(): void {
    if (this.#queued >= BAD_BEFORE_DOWN) this.#down(this.#notches.length - 1);
    else if (this.#lossy >= BAD_BEFORE_DOWN) this.#down(lossLimit(this.#notches));
    else if (this.#clean >= this.#cleanNeeded && this.#notch > 0) this.#up();
  }

  #down(limit: number): void {
    this.#queued = 0;
    this.#lossy = 0;
    if (this.#notch >= limit) return;
    this.#notch += 1;
    if (this.#sinceUp <= RELAPSE) {
      this.#cleanNeeded = Math.min(MAX_CLEAN_BEFORE_UP, 2 * this.#cleanNeeded);
    }
    this.#sinceUp = Infinity;
  }

  #up(): void {
    // What held for long after the last step up is trusted again.
    if (this.#sinceUp > RELAPSE && this.#sinceUp !== Infinity) this.#cleanNeeded = CLEAN_BEFORE_UP;
    this.#notch -= 1;
    this.#clean = 0;
    this.#sinceUp = 0;
  }
}
