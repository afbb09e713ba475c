import type { VoiceQuality, VoiceQualityLevel, VoiceQualityReason } from './voice-quality.js';

/** What the last seconds have shown. */
export interface QualityMeasurement {
  readonly rttMs: number | null;
  readonly uplinkLoss: number | null;
  readonly downlinkLoss: number | null;
  readonly jitterMs: number | null;
  /** `unanswered`: pings on every path that could be used have waited too long. */
  readonly server: 'answering' | 'unanswered' | 'controlDown' | 'unreachable';
}

type Severity = 0 | 1 | 2;

/** `[fair, poor]`; what has been entered is left only below the lower numbers. */
interface Thresholds {
  readonly enter: readonly [number, number];
  readonly leave: readonly [number, number];
}

/**
 * Concealment hides single lost frames; from 3 % on one notices, and at 15 % syllables go missing
 * (as mean opinion scores of Opus without redundancy fall off).
 */
export const LOSS_THRESHOLDS: Thresholds = { enter: [0.03, 0.15], leave: [0.02, 0.1] };
/**
 * Half of it is one way, to which some 100 ms of codec and playout come. ITU-T G.114: up to 150 ms
 * one way disturbs nobody, beyond 400 ms a network is not planned.
 */
export const RTT_THRESHOLDS_MS: Thresholds = { enter: [300, 800], leave: [250, 650] };

/** Worse is said at once, since the window has smoothed it; better after so many judgements. */
const JUDGEMENTS_TO_IMPROVE = 3;

const LEVELS = ['good', 'fair', 'poor'] as const satisfies readonly VoiceQualityLevel[];

interface Reading {
  severity: Severity;
  betterFor: number;
}

/** Puts measurements, one each second, into words that do not flicker. */
export class QualityGauge {
  readonly #readings: Readonly<Record<VoiceQualityReason, Reading>> = {
    uplink: { severity: 0, betterFor: 0 },
    downlink: { severity: 0, betterFor: 0 },
    server: { severity: 0, betterFor: 0 },
  };

  judge(measurement: QualityMeasurement): VoiceQuality {
    const { rttMs, uplinkLoss, downlinkLoss, jitterMs } = measurement;
    const { uplink, downlink, server } = this.#readings;
    settle(uplink, grade(uplinkLoss, LOSS_THRESHOLDS, uplink.severity));
    settle(downlink, grade(downlinkLoss, LOSS_THRESHOLDS, downlink.severity));
    settle(server, gradeServer(measurement, server.severity));
    const reasons = (['uplink', 'downlink', 'server'] as const).filter(
      (reason) => this.#readings[reason].severity > 0,
    );
    const worst = Math.max(...reasons.map((reason) => this.#readings[reason].severity), 0);
    const level = LEVELS[worst] ?? 'poor';
    return { level, reasons, rttMs, uplinkLoss, downlinkLoss, jitterMs };
  }
}

function gradeServer({ server, rttMs }: QualityMeasurement, current: Severity): Severity {
  const late = grade(rttMs, RTT_THRESHOLDS_MS, current);
  switch (server) {
    case 'answering':
      return late;
    case 'controlDown':
      return late === 2 ? 2 : 1;
    case 'unanswered':
    case 'unreachable':
      return 2;
  }
}

function grade(value: number | null, { enter, leave }: Thresholds, current: Severity): Severity {
  if (value === null) return 0;
  if (value >= (current >= 2 ? leave[1] : enter[1])) return 2;
  if (value >= (current >= 1 ? leave[0] : enter[0])) return 1;
  return 0;
}

function settle(reading: Reading, severity: Severity): void {
  reading.betterFor = severity < reading.severity ? reading.betterFor + 1 : 0;
  if (severity < reading.severity && reading.betterFor < JUDGEMENTS_TO_IMPROVE) return;
  reading.severity = severity;
  reading.betterFor = 0;
}

/** Whether an app would want to be told. */
export function differs(one: VoiceQuality, other: VoiceQuality): boolean {
  return one.level !== other.level || one.reasons.join() !== other.reasons.join();
}
