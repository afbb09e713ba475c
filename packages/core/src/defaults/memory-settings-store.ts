import type { SettingsRecord, SettingsStore } from '../contracts/settings-store.js';
import type { PortableRecord } from '../contracts/stored-record.js';
import { importRecords } from '../portability/import-records.js';
import type { MemoryDatabase } from './memory-database.js';
import { exportTables } from './memory-export.js';
import { memoryKey, type MemoryTable } from './memory-table.js';
import { putVersioned } from './memory-write.js';

/** Keeps the settings of users while the process lives. */
export class MemorySettingsStore implements SettingsStore {
  readonly #settings: MemoryTable<SettingsRecord>;

  constructor(database: MemoryDatabase) {
    this.#settings = database.open({
      name: 'settings',
      keyOf: ({ userId }) => memoryKey(userId),
      references: [{ table: 'accounts', keyOf: ({ userId }) => memoryKey(userId) }],
    });
  }

  async get(userId: string): Promise<SettingsRecord | null> {
    return this.#settings.get(userId);
  }

  async put(record: SettingsRecord): Promise<number> {
    const stored = this.#settings.get(record.userId);
    return putVersioned(this.#settings, stored, record, 'settings document');
  }

  export(): AsyncIterable<PortableRecord> {
    return exportTables({ settings: this.#settings });
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importRecords(records, { settings: (record) => this.#settings.put(record) });
  }
}
