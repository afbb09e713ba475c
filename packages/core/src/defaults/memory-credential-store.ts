import type { CredentialRecord, CredentialStore } from '../contracts/credential-store.js';
import type { PortableRecord } from '../contracts/stored-record.js';
import { importRecords } from '../portability/import-records.js';
import type { MemoryDatabase } from './memory-database.js';
import { exportTables } from './memory-export.js';
import { memoryKey, type MemoryTable } from './memory-table.js';
import { putVersioned } from './memory-write.js';

/** Keeps credentials while the process lives. */
export class MemoryCredentialStore implements CredentialStore {
  readonly #credentials: MemoryTable<CredentialRecord>;

  constructor(database: MemoryDatabase) {
    this.#credentials = database.open({
      name: 'credentials',
      keyOf: ({ userId, kind }) => memoryKey(userId, kind),
      references: [{ table: 'accounts', keyOf: ({ userId }) => memoryKey(userId) }],
    });
  }

  async get(userId: string, kind: string): Promise<CredentialRecord | null> {
    return this.#credentials.get(userId, kind);
  }

  async put(record: CredentialRecord): Promise<number> {
    const stored = this.#credentials.get(record.userId, record.kind);
    return putVersioned(this.#credentials, stored, record, 'credential');
  }

  async delete(userId: string, kind: string): Promise<void> {
    this.#credentials.delete(userId, kind);
  }

  export(): AsyncIterable<PortableRecord> {
    return exportTables({ credential: this.#credentials });
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importRecords(records, { credential: (record) => this.#credentials.put(record) });
  }
}
