import { optionError } from '../error/error-codes.js';
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

/**
 * Times in which a path lets nothing out, as a radio does that looks for other channels: what would
 * leave then leaves all at once at the end, in the order in which it came. The first one begins `everyMs`
 * after the first datagram of the path that met this impairment.
 */
export interface Stalls {
  /** From the beginning of one stall to that of the next, at least 1 above `durationMs`, up to 3,600,000. */
  readonly everyMs: number;
  /** 0 to 60,000. */
  readonly durationMs: number;
}

/** What a path does to datagrams in one direction. Whatever is left out does not happen. */
export interface Impairment {
  /** Probability that a datagram is lost, independent of all others. */
  readonly lossRate?: number;
  readonly burstLoss?: BurstLoss;
  /** What every datagram takes, 0 to 60,000. Alone it keeps the order. */
  readonly delayMs?: number;
  /**
   * Added to `delayMs`, each datagram's own, so that they may overtake one another. Uniform: from 0
   * to this. Exponential: this on average, and up to 22 times as much.
   */
  readonly jitterMs?: number;
  /**
   * `uniform` by default; most datagrams of an `exponential` path are quick and few are very late,
   * as those of a wireless network that sends again what was not acknowledged.
   */
  readonly jitter?: 'uniform' | 'exponential';
  readonly stalls?: Stalls;
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
  readonly jitter: 'uniform' | 'exponential';
  readonly stalls: Stalls | null;
  readonly keepOrder: boolean;
  readonly reorderRate: number;
  readonly reorderBy: number;
  readonly duplicateRate: number;
}

export const MAX_DELAY_MS = 60_000;
const MAX_STALL_PERIOD_MS = 3_600_000;

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
    jitter: resolveJitter(impairment.jitter),
    stalls: resolveStalls(impairment.stalls),
    keepOrder: impairment.keepOrder ?? false,
    reorderRate: rate('reorderRate', impairment.reorderRate),
    reorderBy: requireRange('reorderBy', impairment.reorderBy ?? 1, 1, 100),
    duplicateRate: rate('duplicateRate', impairment.duplicateRate),
  });
}

function resolveJitter(jitter: Impairment['jitter'] = 'uniform'): 'uniform' | 'exponential' {
  if (jitter === 'uniform' || jitter === 'exponential') return jitter;
  throw optionError('jitter', jitter, 'give "uniform" or "exponential"');
}

function resolveStalls(stalls: Stalls | undefined): Stalls | null {
  if (stalls === undefined) return null;
  const durationMs = requireRange('stalls.durationMs', stalls.durationMs, 0, MAX_DELAY_MS);
  // Between two stalls there has to be a moment in which something can leave.
  const everyMs = requireRange(
    'stalls.everyMs',
    stalls.everyMs,
    durationMs + 1,
    MAX_STALL_PERIOD_MS,
  );
  return Object.freeze({ everyMs, durationMs });
}

function rate(name: string, value = 0): number {
  return requireRange(name, value, 0, 1);
}
