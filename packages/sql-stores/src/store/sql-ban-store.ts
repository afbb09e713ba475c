import type { BanRecord, BanStore, PortableRecord } from '@sidetone/core';
import type { SqlDatabase } from '../database/sql-database.js';
import { isUuid } from '../dialect/uuid.js';
import { banTable } from './admission-table.js';
import { exportPages } from './export-pages.js';
import { importFixed, putFixed } from './fixed-row.js';
import { importInBatches } from './import-batch.js';
import type { Row } from './row.js';
import { requireIds } from './versioned-table.js';

export class SqlBanStore implements BanStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async list(organizationId: string, now: number): Promise<readonly BanRecord[]> {
    if (!isUuid(organizationId)) return [];
    return this.#database.inOrganization(organizationId, async (trx) => {
      const rows = (await trx(banTable.name)
        .where({ organization_id: organizationId })
        .where((holds) => void holds.whereNull('expires_at').orWhere('expires_at', '>', now))
        .orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id' }])) as Row[];
      return rows.map((row) => banTable.record(row));
    });
  }

  async put(record: BanRecord): Promise<void> {
    requireIds([record.organizationId, record.id], banTable.noun);
    await this.#database.inOrganization(record.organizationId, (trx) =>
      putFixed(trx, banTable, record),
    );
  }

  async delete(organizationId: string, banId: string): Promise<void> {
    if (!isUuid(organizationId) || !isUuid(banId)) return;
    await this.#database.inOrganization(organizationId, (trx) =>
      trx(banTable.name).where({ organization_id: organizationId, id: banId }).delete(),
    );
  }

  async *export(): AsyncIterable<PortableRecord> {
    const rows = exportPages(this.#database, banTable.name, ['organization_id', 'id']);
    for await (const row of rows) yield { kind: 'ban', record: { ...banTable.record(row) } };
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importInBatches(this.#database, records, {
      ban: (trx, record) => importFixed(trx, banTable, record),
    });
  }
}
