import type { Measurement } from './measure.js';
import type { Limits, Network } from './network.js';

const HEAD = [
  'network',
  'concealed',
  'delay ms',
  'p95',
  'freezes',
  'from FEC',
  'copies',
  'late',
  'settled s',
] as const;

/** Figures with their limits, one row for each network. */
export function table(
  rows: readonly { readonly network: Network; readonly measured: Measurement }[],
): string {
  const lines = rows.map(({ network, measured }) => line(network.title, measured, network.limits));
  return aligned([HEAD, ...lines]);
}

export function line(
  title: string,
  measured: Omit<Measurement, 'network'>,
  limits: Limits | null,
): readonly string[] {
  const settledMs = measured.settledAfterMs;
  const settledLimitMs = limits?.settledAfterMs;
  return [
    title,
    limited(measured.concealedPercent.toFixed(2), limits?.concealedPercent, ' %'),
    limited(measured.meanPlayoutDelayMs.toFixed(1), limits?.meanPlayoutDelayMs),
    measured.p95PlayoutDelayMs.toFixed(0),
    limited(measured.freezesPer2Min.toFixed(1), limits?.freezesPer2Min),
    `${measured.recoveredPercent.toFixed(2)} %`,
    `${measured.redundantPercent.toFixed(2)} %`,
    `${measured.latePercent.toFixed(2)} %`,
    settledMs === undefined
      ? '-'
      : limited(
          (settledMs / 1000).toFixed(1),
          settledLimitMs === undefined ? null : settledLimitMs / 1000,
        ),
  ];
}

/** Columns as wide as their widest cell; the first one begins at the left. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  '),
    )
    .join('\n');
}

export const HEADINGS: readonly string[] = HEAD;

function limited(value: string, limit: number | null | undefined, unit = ''): string {
  return limit === null || limit === undefined
    ? `${value}${unit}`
    : `${value} (<= ${limit})${unit}`;
}
