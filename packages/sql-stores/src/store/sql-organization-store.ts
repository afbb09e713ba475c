import type { OrganizationRecord, OrganizationStore, PortableRecord } from '@sidetone/core';
import type { SqlDatabase } from '../database/sql-database.js';
import { isUuid } from '../dialect/uuid.js';
import { exportPages } from './export-pages.js';
import { importInBatches } from './import-batch.js';
import { organizationTable } from './organization-table.js';
import type { Row } from './row.js';
import { importRecord, putRecord } from './versioned-table.js';

/** The one store that is about all organizations, and reads and writes across them. */
export class SqlOrganizationStore implements OrganizationStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  load(): Promise<readonly OrganizationRecord[]> {
    return this.#database.inOrganization(null, async (trx) => {
      const rows = (await trx(organizationTable.name).orderBy('id')) as Row[];
      return rows.map((row) => organizationTable.record(row));
    });
  }

  put(record: OrganizationRecord): Promise<number> {
    return this.#database.inOrganization(null, (trx) => putRecord(trx, organizationTable, record));
  }

  async delete(organizationId: string): Promise<void> {
    if (!isUuid(organizationId)) return;
    await this.#database.inOrganization(null, (trx) =>
      trx(organizationTable.name).where({ id: organizationId }).delete(),
    );
  }

  async *export(): AsyncIterable<PortableRecord> {
    for await (const row of exportPages(this.#database, organizationTable.name, ['id'])) {
      yield { kind: 'organization', record: { ...organizationTable.record(row) } };
    }
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importInBatches(this.#database, records, {
      organization: (trx, record) => importRecord(trx, organizationTable, record),
    });
  }
}
