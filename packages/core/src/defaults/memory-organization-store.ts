import type { OrganizationRecord, OrganizationStore } from '../contracts/organization-store.js';
import { foldName, type PortableRecord } from '../contracts/stored-record.js';
import { importRecords } from '../portability/import-records.js';
import { MemoryDatabase } from './memory-database.js';
import { exportTables } from './memory-export.js';
import { memoryKey, type MemoryTable } from './memory-table.js';
import { byText, putVersioned } from './memory-write.js';

/** Keeps organizations while the process lives. */
export class MemoryOrganizationStore implements OrganizationStore {
  readonly #organizations: MemoryTable<OrganizationRecord>;

  constructor(database: MemoryDatabase = new MemoryDatabase()) {
    this.#organizations = database.open({
      name: 'organizations',
      keyOf: ({ id }) => memoryKey(id),
      uniques: [{ noun: 'name', keyOf: ({ name }) => foldName(name) }],
    });
  }

  async load(): Promise<readonly OrganizationRecord[]> {
    return this.#organizations.all().toSorted(byText(({ id }) => id));
  }

  async put(record: OrganizationRecord): Promise<number> {
    const stored = this.#organizations.get(record.id);
    return putVersioned(this.#organizations, stored, record, 'organization');
  }

  async delete(organizationId: string): Promise<void> {
    this.#organizations.delete(organizationId);
  }

  export(): AsyncIterable<PortableRecord> {
    return exportTables({ organization: this.#organizations });
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importRecords(records, { organization: (record) => this.#organizations.put(record) });
  }
}
