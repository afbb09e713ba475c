import { requireRange } from './require-range.js';

/**
 * Loss in bursts, after Gilbert and Elliott: the path is good or bad, and before each datagram it
 * may change. Bursts last `1 / leaveRate` datagrams on average; in the long run the part
 * `enterRate / (enterRate + leaveRate)` of all datagrams meets a bad path.
 */
export interface BurstLoss {
  /** Probability per datagram that a good path turns bad, 0 to 1. */
  readonly enterRate: number;
  /** Probability per datagram that a bad path turns good, above 0 and at most 1. */
  readonly leaveRate: number;
  /** Probability that a datagram is lost on a bad path; 1 by default. */
  readonly lossRate?: number;
}

/** What a path does to datagrams in one direction. Whatever is left out does not happen. */
export interface Impairment {
  /** Probability that a datagram is lost, independent of all others. */
  readonly lossRate?: number;
  readonly burstLoss?: BurstLoss;
  /** What every datagram takes, 0 to 60,000. Alone it keeps the order. */
  readonly delayMs?: number;
  /** Added to `delayMs`, uniform from 0 to this. Datagrams may overtake one another. */
  readonly jitterMs?: number;
  /** With it jitter lets nothing overtake: a late datagram keeps those behind it waiting. */
  readonly keepOrder?: boolean;
  /** Probability that a datagram is held back until later ones have passed it. */
  readonly reorderRate?: number;
  /** How many pass it, 1 to 100; 1 by default. After 100 ms it goes in any case. */
  readonly reorderBy?: number;
  /** Probability that a datagram arrives twice, the copy right behind it. */
  readonly duplicateRate?: number;
}

export interface ResolvedImpairment {
  readonly lossRate: number;
  readonly burstLoss: Required<BurstLoss>;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly keepOrder: boolean;
  readonly reorderRate: number;
  readonly reorderBy: number;
  readonly duplicateRate: number;
}

export const MAX_DELAY_MS = 60_000;

const NO_BURSTS: Required<BurstLoss> = { enterRate: 0, leaveRate: 1, lossRate: 1 };

export function resolveImpairment(impairment: Impairment): ResolvedImpairment {
  const burst = { ...NO_BURSTS, ...impairment.burstLoss };
  requireRange('burstLoss.leaveRate', burst.leaveRate, Number.MIN_VALUE, 1);
  return Object.freeze({
    lossRate: rate('lossRate', impairment.lossRate),
    burstLoss: {
      enterRate: rate('burstLoss.enterRate', burst.enterRate),
      leaveRate: burst.leaveRate,
      lossRate: rate('burstLoss.lossRate', burst.lossRate),
    },
    delayMs: requireRange('delayMs', impairment.delayMs ?? 0, 0, MAX_DELAY_MS),
    jitterMs: requireRange('jitterMs', impairment.jitterMs ?? 0, 0, MAX_DELAY_MS),
    keepOrder: impairment.keepOrder ?? false,
    reorderRate: rate('reorderRate', impairment.reorderRate),
    reorderBy: requireRange('reorderBy', impairment.reorderBy ?? 1, 1, 100),
    duplicateRate: rate('duplicateRate', impairment.duplicateRate),
  });
}

function rate(name: string, value = 0): number {
  return requireRange(name, value, 0, 1);
}
