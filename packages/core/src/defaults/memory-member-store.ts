import type { MemberRecord, MemberStore } from '../contracts/member-store.js';
import type { Page, PortableRecord } from '../contracts/stored-record.js';
import { importRecords } from '../portability/import-records.js';
import type { MemoryDatabase } from './memory-database.js';
import { exportTables } from './memory-export.js';
import { memoryKey, type MemoryTable } from './memory-table.js';
import { pageOf, putVersioned } from './memory-write.js';

/** Keeps who belongs to which organization while the process lives. */
export class MemoryMemberStore implements MemberStore {
  readonly #members: MemoryTable<MemberRecord>;

  constructor(database: MemoryDatabase) {
    this.#members = database.open({
      name: 'members',
      keyOf: ({ organizationId, userId }) => memoryKey(organizationId, userId),
      references: [
        { table: 'organizations', keyOf: ({ organizationId }) => memoryKey(organizationId) },
        { table: 'accounts', keyOf: ({ userId }) => memoryKey(userId) },
      ],
    });
  }

  async get(organizationId: string, userId: string): Promise<MemberRecord | null> {
    return this.#members.get(organizationId, userId);
  }

  async list(organizationId: string, page: Page): Promise<readonly MemberRecord[]> {
    const members = this.#members.filter((each) => each.organizationId === organizationId);
    return pageOf(members, ({ userId }) => userId, page);
  }

  async organizationsOf(userId: string): Promise<readonly string[]> {
    const memberships = this.#members.filter((each) => each.userId === userId);
    return memberships.map(({ organizationId }) => organizationId).sort();
  }

  async put(record: MemberRecord): Promise<number> {
    const stored = this.#members.get(record.organizationId, record.userId);
    return putVersioned(this.#members, stored, record, 'member');
  }

  async delete(organizationId: string, userId: string): Promise<void> {
    this.#members.delete(organizationId, userId);
  }

  export(): AsyncIterable<PortableRecord> {
    return exportTables({ member: this.#members });
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importRecords(records, { member: (record) => this.#members.put(record) });
  }
}
