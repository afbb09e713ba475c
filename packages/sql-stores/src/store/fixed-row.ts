import type { Knex } from 'knex';
import { isDeepStrictEqual } from 'node:util';
import type { Row } from './row.js';
import { conflictError } from './versioned-table.js';

/** How records that never change stand in their table. */
export interface FixedTable<R> {
  readonly name: string;
  readonly noun: string;
  key(record: R): Row;
  row(record: R): Row;
  record(row: Row): R;
}

/** Creates it; the same record again changes nothing, and another one of its id is a conflict. */
export async function putFixed<R>(
  trx: Knex.Transaction,
  table: FixedTable<R>,
  record: R,
): Promise<void> {
  const row = table.row(record);
  const created: readonly unknown[] = await trx(table.name)
    .insert(row)
    .onConflict()
    .ignore()
    .returning(Object.keys(table.key(record)));
  if (created.length > 0) return;
  const stored = (await trx(table.name).where(table.key(record)).first()) as Row | undefined;
  if (stored && isDeepStrictEqual(table.record(stored), table.record(row))) return;
  throw conflictError(table.noun);
}

/** Writes it over what is there. */
export async function importFixed<R>(
  trx: Knex.Transaction,
  table: FixedTable<R>,
  record: R,
): Promise<void> {
  const row = table.row(record);
  const changed = await trx(table.name).where(table.key(record)).update(row);
  if (changed === 0) await putFixed(trx, table, record);
}
