import {
  foldName,
  type AccountRecord,
  type AccountStore,
  type Page,
  type PortableRecord,
} from '@sidetone/core';
import type { SqlDatabase } from '../database/sql-database.js';
import { isUuid } from '../dialect/uuid.js';
import { accountTable } from './account-table.js';
import { exportPages } from './export-pages.js';
import { importInBatches } from './import-batch.js';
import type { Row } from './row.js';
import { importRecord, putRecord, readRecord } from './versioned-table.js';

export class SqlAccountStore implements AccountStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async get(userId: string): Promise<AccountRecord | null> {
    if (!isUuid(userId)) return null;
    return this.#read({ id: userId });
  }

  findByName(name: string): Promise<AccountRecord | null> {
    return this.#read({ name_key: foldName(name) });
  }

  list({ after, limit }: Page): Promise<readonly AccountRecord[]> {
    return this.#database.inOrganization(null, async (trx) => {
      const query = trx(accountTable.name).orderBy('id').limit(limit);
      if (isUuid(after)) query.where('id', '>', after);
      return ((await query) as Row[]).map((row) => accountTable.record(row));
    });
  }

  put(record: AccountRecord): Promise<number> {
    return this.#database.inOrganization(null, (trx) => putRecord(trx, accountTable, record));
  }

  async delete(userId: string): Promise<void> {
    if (!isUuid(userId)) return;
    await this.#database.inOrganization(null, (trx) =>
      trx(accountTable.name).where({ id: userId }).delete(),
    );
  }

  async *export(): AsyncIterable<PortableRecord> {
    for await (const row of exportPages(this.#database, accountTable.name, ['id'])) {
      yield { kind: 'account', record: { ...accountTable.record(row) } };
    }
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importInBatches(this.#database, records, {
      account: (trx, record) => importRecord(trx, accountTable, record),
    });
  }

  #read(key: Row): Promise<AccountRecord | null> {
    return this.#database.inOrganization(null, (trx) => readRecord(trx, accountTable, key));
  }
}
