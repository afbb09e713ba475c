import type { PortableRecord, SettingsRecord, SettingsStore } from '@sidetone/core';
import type { SqlDatabase } from '../database/sql-database.js';
import { isUuid } from '../dialect/uuid.js';
import { settingsTable } from './account-table.js';
import { exportPages } from './export-pages.js';
import { importInBatches } from './import-batch.js';
import { importRecord, putRecord, readRecord } from './versioned-table.js';

export class SqlSettingsStore implements SettingsStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async get(userId: string): Promise<SettingsRecord | null> {
    if (!isUuid(userId)) return null;
    return this.#database.inOrganization(null, (trx) =>
      readRecord(trx, settingsTable, { user_id: userId }),
    );
  }

  put(record: SettingsRecord): Promise<number> {
    return this.#database.inOrganization(null, (trx) => putRecord(trx, settingsTable, record));
  }

  async *export(): AsyncIterable<PortableRecord> {
    for await (const row of exportPages(this.#database, settingsTable.name, ['user_id'])) {
      yield { kind: 'settings', record: { ...settingsTable.record(row) } };
    }
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importInBatches(this.#database, records, {
      settings: (trx, record) => importRecord(trx, settingsTable, record),
    });
  }
}
