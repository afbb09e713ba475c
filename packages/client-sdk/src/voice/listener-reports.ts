import type { VoiceReport } from '@sidetone/protocol';
import type { OpusFrame } from '../audio/opus-frame.js';
import { BurstMeter } from './burst-meter.js';
import type { QualityMeasurement } from './quality-gauge.js';

export interface ListenerReportsParts {
  /** Rejects when the server does not take it. */
  readonly send: (report: VoiceReport) => Promise<unknown>;
  /** The report is lost, and the next one takes its place. */
  readonly failed: (cause: unknown) => void;
}

/** Measurements come once a second; of those without losses every fifth is told. */
const CLEAN_PERIODS = 5;
const MAX_MS = 60_000;
const MAX_BURST = 1_000;

/**
 * Tells the server how voice comes in, while any does: each second while frames are lost, and now
 * and then while none are, so that talkers know that they are heard well.
 */
export class ListenerReports {
  readonly #parts: ListenerReportsParts;
  readonly #bursts = new BurstMeter();
  #heard = false;
  #lossy = false;
  #waited: number = CLEAN_PERIODS;
  #underWay = false;

  constructor(parts: ListenerReportsParts) {
    this.#parts = parts;
  }

  heard(frame: OpusFrame): void {
    this.#heard = true;
    this.#bursts.heard(frame);
  }

  /** Called once a second. */
  measured({ downlinkLoss, jitterMs, rttMs, server }: QualityMeasurement): void {
    this.#waited += 1;
    const isConnected = server === 'answering' || server === 'unanswered';
    if (!this.#heard || downlinkLoss === null || !isConnected || this.#underWay) return;
    this.#heard = false;
    const wasLossy = this.#lossy;
    this.#lossy = downlinkLoss > 0;
    // The first without losses is news, too.
    if (!this.#lossy && !wasLossy && this.#waited < CLEAN_PERIODS) return;
    this.#waited = 0;
    this.#send({
      loss: Math.max(0, Math.min(1, downlinkLoss)),
      burst: this.#lossy ? Math.min(MAX_BURST, this.#bursts.meanBurst) : 1,
      jitterMs: Math.min(MAX_MS, jitterMs ?? 0),
      ...(rttMs === null ? {} : { rttMs: Math.min(MAX_MS, rttMs) }),
    });
  }

  #send(report: VoiceReport): void {
    this.#underWay = true;
    this.#parts
      .send(report)
      .catch(this.#parts.failed)
      .finally(() => {
        this.#underWay = false;
      });
  }
}
