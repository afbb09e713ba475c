import type { Versioned } from '@sidetone/core';
import type { Knex } from 'knex';
import { isDeepStrictEqual } from 'node:util';
import { isUuid } from '../dialect/uuid.js';
import { storeError } from '../error/error-codes.js';
import { numberOf, type Row } from './row.js';

/** How records of one kind stand in their table. The column `version` is not among these. */
export interface VersionedTable<R extends Versioned> {
  readonly name: string;
  /** For messages, for instance `account`. */
  readonly noun: string;
  /** The columns of the primary key. */
  key(record: R): Row;
  /** All other columns that a record has. */
  content(record: R): Row;
  record(row: Row): R;
  /** The ids that a record names, its own among them. */
  ids(record: R): readonly string[];
}

export async function readRecord<R extends Versioned>(
  trx: Knex.Transaction,
  table: VersionedTable<R>,
  key: Row,
): Promise<R | null> {
  const row = (await trx(table.name).where(key).first()) as Row | undefined;
  return row === undefined ? null : table.record(row);
}

/** Writes as `Versioned` says, and resolves with the version that is there then. */
export async function putRecord<R extends Versioned>(
  trx: Knex.Transaction,
  table: VersionedTable<R>,
  record: R,
): Promise<number> {
  requireIds(table.ids(record), table.noun);
  const key = table.key(record);
  let stored = (await trx(table.name).where(key).forUpdate().first()) as Row | undefined;
  if (stored === undefined) {
    if (record.version !== 0) throw versionError(table.noun, null, record.version);
    if (await insert(trx, table, { ...record, version: 1 })) return 1;
    // Somebody was quicker, with this record or with another of its name.
    stored = (await trx(table.name).where(key).forUpdate().first()) as Row | undefined;
    if (stored === undefined) throw conflictError(table.noun);
  }
  const version = numberOf(stored, 'version');
  if (version === record.version) {
    await trx(table.name)
      .where(key)
      .update({ ...table.content(record), version: version + 1 });
    return version + 1;
  }
  if (version === record.version + 1 && sameContent(table, stored, record)) return version;
  throw versionError(table.noun, version, record.version);
}

/** Writes what an export gave, its version included, over what is there. */
export async function importRecord<R extends Versioned>(
  trx: Knex.Transaction,
  table: VersionedTable<R>,
  record: R,
): Promise<void> {
  const changed = await trx(table.name)
    .where(table.key(record))
    .update({ ...table.content(record), version: record.version });
  if (changed > 0 || (await insert(trx, table, record))) return;
  throw conflictError(table.noun);
}

/** For ids that a record is kept under, or names: any other is one of nothing. */
export function requireIds(ids: readonly string[], noun: string): void {
  const wrong = ids.findIndex((id) => !isUuid(id));
  if (wrong === -1) return;
  throw storeError(
    'ERR_STORE_REFERENCE',
    `the ${noun} has the id "${ids[wrong] ?? ''}", which is the id of nothing: ids are UUIDs in lower case`,
  );
}

export function conflictError(noun: string): Error {
  return storeError(
    'ERR_STORE_CONFLICT',
    `the ${noun} is not written: another one has the same name, code or id`,
  );
}

async function insert<R extends Versioned>(
  trx: Knex.Transaction,
  table: VersionedTable<R>,
  record: R,
): Promise<boolean> {
  // Not the statement's own error: it would end the transaction, and one of equals has to go on.
  const rows: readonly unknown[] = await trx(table.name)
    .insert({ ...table.key(record), ...table.content(record), version: record.version })
    .onConflict()
    .ignore()
    .returning('version');
  return rows.length > 0;
}

function sameContent<R extends Versioned>(
  table: VersionedTable<R>,
  stored: Row,
  record: R,
): boolean {
  const given = { ...table.key(record), ...table.content(record), version: stored.version };
  return isDeepStrictEqual(table.record(stored), table.record(given));
}

function versionError(noun: string, stored: number | null, given: number): Error {
  return storeError(
    'ERR_STORE_VERSION',
    stored === null
      ? `there is no ${noun} with version "${given}" any more: read again`
      : `the ${noun} has version "${stored}", not "${given}": read it again`,
    { details: { stored: stored ?? 0, given } },
  );
}
