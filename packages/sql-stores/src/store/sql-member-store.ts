import type { MemberRecord, MemberStore, Page, PortableRecord } from '@sidetone/core';
import type { SqlDatabase } from '../database/sql-database.js';
import { isUuid } from '../dialect/uuid.js';
import { exportPages } from './export-pages.js';
import { importInBatches } from './import-batch.js';
import { memberTable } from './organization-table.js';
import { textOf, type Row } from './row.js';
import { importRecord, putRecord, readRecord } from './versioned-table.js';

export class SqlMemberStore implements MemberStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async get(organizationId: string, userId: string): Promise<MemberRecord | null> {
    if (!isUuid(organizationId) || !isUuid(userId)) return null;
    return this.#database.inOrganization(organizationId, (trx) =>
      readRecord(trx, memberTable, { organization_id: organizationId, user_id: userId }),
    );
  }

  async list(organizationId: string, { after, limit }: Page): Promise<readonly MemberRecord[]> {
    if (!isUuid(organizationId)) return [];
    return this.#database.inOrganization(organizationId, async (trx) => {
      const query = trx(memberTable.name)
        .where({ organization_id: organizationId })
        .orderBy('user_id')
        .limit(limit);
      if (isUuid(after)) query.where('user_id', '>', after);
      return ((await query) as Row[]).map((row) => memberTable.record(row));
    });
  }

  async organizationsOf(userId: string): Promise<readonly string[]> {
    if (!isUuid(userId)) return [];
    // The question is which organizations there are, so it is asked of all of them.
    return this.#database.inOrganization(null, async (trx) => {
      const rows = await trx(memberTable.name)
        .where({ user_id: userId })
        .orderBy('organization_id')
        .select<Row[]>('organization_id');
      return rows.map((row) => textOf(row, 'organization_id'));
    });
  }

  put(record: MemberRecord): Promise<number> {
    return this.#database.inOrganization(record.organizationId, (trx) =>
      putRecord(trx, memberTable, record),
    );
  }

  async delete(organizationId: string, userId: string): Promise<void> {
    if (!isUuid(organizationId) || !isUuid(userId)) return;
    await this.#database.inOrganization(organizationId, (trx) =>
      trx(memberTable.name).where({ organization_id: organizationId, user_id: userId }).delete(),
    );
  }

  async *export(): AsyncIterable<PortableRecord> {
    const columns = ['organization_id', 'user_id'];
    for await (const row of exportPages(this.#database, memberTable.name, columns)) {
      yield { kind: 'member', record: { ...memberTable.record(row) } };
    }
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importInBatches(this.#database, records, {
      member: (trx, record) => importRecord(trx, memberTable, record),
    });
  }
}
