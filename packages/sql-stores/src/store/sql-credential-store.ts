import type { CredentialRecord, CredentialStore, PortableRecord } from '@sidetone/core';
import type { SqlDatabase } from '../database/sql-database.js';
import { isUuid } from '../dialect/uuid.js';
import { credentialTable } from './account-table.js';
import { exportPages } from './export-pages.js';
import { importInBatches } from './import-batch.js';
import { importRecord, putRecord, readRecord } from './versioned-table.js';

export class SqlCredentialStore implements CredentialStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async get(userId: string, kind: string): Promise<CredentialRecord | null> {
    if (!isUuid(userId)) return null;
    return this.#database.inOrganization(null, (trx) =>
      readRecord(trx, credentialTable, { user_id: userId, kind }),
    );
  }

  put(record: CredentialRecord): Promise<number> {
    return this.#database.inOrganization(null, (trx) => putRecord(trx, credentialTable, record));
  }

  async delete(userId: string, kind: string): Promise<void> {
    if (!isUuid(userId)) return;
    await this.#database.inOrganization(null, (trx) =>
      trx(credentialTable.name).where({ user_id: userId, kind }).delete(),
    );
  }

  async *export(): AsyncIterable<PortableRecord> {
    const rows = exportPages(this.#database, credentialTable.name, ['user_id', 'kind']);
    for await (const row of rows) {
      yield { kind: 'credential', record: { ...credentialTable.record(row) } };
    }
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importInBatches(this.#database, records, {
      credential: (trx, record) => importRecord(trx, credentialTable, record),
    });
  }
}
