import type { Page, Versioned } from '../contracts/stored-record.js';
import type { MemoryTable } from './memory-table.js';
import { settleVersion } from './settle-version.js';

/** Writes a record that has versions; `stored` is what the table has of it. */
export function putVersioned<R extends Versioned>(
  table: MemoryTable<R>,
  stored: R | null,
  record: R,
  noun: string,
): number {
  const { version, write } = settleVersion(stored, record, noun);
  if (write) table.put({ ...record, version });
  return version;
}

/** In the order of ids, from the one behind `after`. */
export function pageOf<R>(
  records: readonly R[],
  idOf: (record: R) => string,
  { after, limit }: Page,
): readonly R[] {
  return records
    .filter((record) => after === undefined || idOf(record) > after)
    .sort(byText(idOf))
    .slice(0, limit);
}

/** An order of texts that is the same everywhere, unlike that of a language. */
export function byText<R>(textOf: (record: R) => string): (one: R, other: R) => number {
  return (one, other) => {
    const [a, b] = [textOf(one), textOf(other)];
    return a < b ? -1 : Number(a > b);
  };
}
