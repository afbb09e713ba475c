/** A busy machine may take so many times what is promised for a quiet one. */
export const TOLERANCE = 3;

export interface Summary {
  readonly median: number;
  readonly worst: number;
  readonly count: number;
}

export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: sorted[sorted.length >> 1] ?? 0,
    worst: sorted.at(-1) ?? 0,
    count: sorted.length,
  };
}

/** Prints one line to be quoted, below the test it belongs to. */
export function quote(what: string, figures: Readonly<Record<string, number | string>>): void {
  const list = Object.entries(figures).map(([name, value]) => {
    return `${name} ${typeof value === 'number' ? format(value) : value}`;
  });
  console.log(`      ${what}: ${list.join(', ')}`);
}

function format(value: number): string {
  return Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);
}
