import { isDeepStrictEqual } from 'node:util';
import type { BanRecord, BanStore } from '../contracts/ban-store.js';
import type { PortableRecord } from '../contracts/stored-record.js';
import { coreError } from '../error/error-codes.js';
import { importRecords } from '../portability/import-records.js';
import type { MemoryDatabase } from './memory-database.js';
import { exportTables } from './memory-export.js';
import { memoryKey, type MemoryTable } from './memory-table.js';
import { byText } from './memory-write.js';

/** Keeps bans while the process lives. */
export class MemoryBanStore implements BanStore {
  readonly #bans: MemoryTable<BanRecord>;

  constructor(database: MemoryDatabase) {
    this.#bans = database.open({
      name: 'bans',
      keyOf: ({ organizationId, id }) => memoryKey(organizationId, id),
      references: [
        { table: 'organizations', keyOf: ({ organizationId }) => memoryKey(organizationId) },
      ],
    });
  }

  async list(organizationId: string, now: number): Promise<readonly BanRecord[]> {
    const byId = byText(({ id }: BanRecord) => id);
    return this.#bans
      .filter((each) => each.organizationId === organizationId && (each.expiresAt ?? now + 1) > now)
      .toSorted((a, b) => b.createdAt - a.createdAt || byId(a, b));
  }

  async put(record: BanRecord): Promise<void> {
    const stored = this.#bans.get(record.organizationId, record.id);
    if (stored && !isDeepStrictEqual(structuredClone(stored), structuredClone(record))) {
      throw coreError('ERR_STORE_CONFLICT', `"${record.id}" is another ban: give this one an id`, {
        details: { id: record.id },
      });
    }
    this.#bans.put(record);
  }

  async delete(organizationId: string, banId: string): Promise<void> {
    this.#bans.delete(organizationId, banId);
  }

  export(): AsyncIterable<PortableRecord> {
    return exportTables({ ban: this.#bans });
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importRecords(records, { ban: (record) => this.#bans.put(record) });
  }
}
