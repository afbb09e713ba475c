import { MAX_DELAY_MS } from './impairment.js';
import { requireRange } from './require-range.js';

/** What a path does to a stream in one direction. Order and content stay as they are. */
export interface StreamImpairment {
  /** What every piece takes, 0 to 60,000. */
  readonly delayMs?: number;
  /** Added to `delayMs`, uniform from 0 to this; a late piece keeps those behind it waiting. */
  readonly jitterMs?: number;
  /** The path carries no more than this, 100 or more; unlimited by default. */
  readonly bytesPerSecond?: number;
}

export interface ResolvedStreamImpairment {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly bytesPerSecond: number;
}

export function resolveStreamImpairment(impairment: StreamImpairment): ResolvedStreamImpairment {
  return Object.freeze({
    delayMs: requireRange('delayMs', impairment.delayMs ?? 0, 0, MAX_DELAY_MS),
    jitterMs: requireRange('jitterMs', impairment.jitterMs ?? 0, 0, MAX_DELAY_MS),
    bytesPerSecond: requireRange(
      'bytesPerSecond',
      impairment.bytesPerSecond ?? Number.POSITIVE_INFINITY,
      100,
      Number.POSITIVE_INFINITY,
    ),
  });
}
