/** A table for people; a sentence in place of an empty one. */
export function showTable<T>(
  rows: readonly T[],
  columns: Readonly<Record<string, (row: T) => string | number | null>>,
  empty: string,
): string {
  if (rows.length === 0) return empty;
  const heads = Object.keys(columns);
  const cells = rows.map((row) => Object.values(columns).map((cell) => shown(cell(row))));
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(heads), ...cells.map(line)].join('\n');
}

export function showTime(epochMs: number | null, none: string): string {
  return epochMs === null
    ? none
    : `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** What others have written must not drive the terminal. */
function shown(cell: string | number | null): string {
  return cell === null ? '-' : String(cell).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
