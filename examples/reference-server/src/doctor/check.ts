export interface Check {
  readonly name: string;
  readonly verdict: 'good' | 'warning' | 'failed' | 'unknown';
  /** What was found, in one line. */
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

export interface Examination {
  readonly checks: readonly Check[];
}

export function good(name: string, found: string): Check {
  return { name, verdict: 'good', found };
}

export function warning(name: string, found: string, advice: string): Check {
  return { name, verdict: 'warning', found, advice };
}

export function failed(name: string, found: string, advice: string): Check {
  return { name, verdict: 'failed', found, advice };
}

/** Nothing could be found out, and something else says why. */
export function unknown(name: string, found: string): Check {
  return { name, verdict: 'unknown', found };
}

export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ');
}
