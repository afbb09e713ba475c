import type { WireErrorCode } from '@sidetone/protocol';
import { wallTime } from './hearing.js';
import type { Answer } from './plain-line.js';

/** What came of one thing that somebody asked for. */
export interface Probe {
  readonly what: string;
  /** Wall time. */
  readonly at: number;
  readonly tookMs: number;
  readonly code: WireErrorCode | 'done';
  readonly retryable: boolean;
}

export async function probe(what: string, ask: () => Promise<Answer>): Promise<Probe> {
  const at = wallTime();
  const { error } = await ask();
  const tookMs = wallTime() - at;
  if (error === null) return { what, at, tookMs, code: 'done', retryable: false };
  const retryable = error.retryAfterMs !== undefined;
  return { what, at, tookMs, code: error.code, retryable };
}
