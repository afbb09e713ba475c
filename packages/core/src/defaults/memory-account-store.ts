import type { AccountRecord, AccountStore } from '../contracts/account-store.js';
import { foldName, type Page, type PortableRecord } from '../contracts/stored-record.js';
import { importRecords } from '../portability/import-records.js';
import type { MemoryDatabase } from './memory-database.js';
import { exportTables } from './memory-export.js';
import { memoryKey, type MemoryTable } from './memory-table.js';
import { pageOf, putVersioned } from './memory-write.js';

/** Keeps accounts while the process lives. */
export class MemoryAccountStore implements AccountStore {
  readonly #accounts: MemoryTable<AccountRecord>;

  constructor(database: MemoryDatabase) {
    this.#accounts = database.open({
      name: 'accounts',
      keyOf: ({ id }) => memoryKey(id),
      uniques: [{ noun: 'name', keyOf: ({ name }) => foldName(name) }],
    });
  }

  async get(userId: string): Promise<AccountRecord | null> {
    return this.#accounts.get(userId);
  }

  async findByName(name: string): Promise<AccountRecord | null> {
    return this.#accounts.find('name', foldName(name));
  }

  async list(page: Page): Promise<readonly AccountRecord[]> {
    return pageOf(this.#accounts.all(), ({ id }) => id, page);
  }

  async put(record: AccountRecord): Promise<number> {
    return putVersioned(this.#accounts, this.#accounts.get(record.id), record, 'account');
  }

  async delete(userId: string): Promise<void> {
    this.#accounts.delete(userId);
  }

  export(): AsyncIterable<PortableRecord> {
    return exportTables({ account: this.#accounts });
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importRecords(records, { account: (record) => this.#accounts.put(record) });
  }
}
