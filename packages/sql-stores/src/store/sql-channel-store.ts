import type { ChannelRecord, ChannelStore, PortableRecord } from '@sidetone/core';
import type { Knex } from 'knex';
import type { SqlDatabase } from '../database/sql-database.js';
import { isUuid } from '../dialect/uuid.js';
import { storeError } from '../error/error-codes.js';
import { importInBatches } from './import-batch.js';
import { channelTable, organizationTable } from './organization-table.js';
import { parentsFirst } from './parents-first.js';
import { textOf, textOrNull, type Row } from './row.js';
import { importRecord, putRecord } from './versioned-table.js';

export class SqlChannelStore implements ChannelStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async load(organizationId: string): Promise<readonly ChannelRecord[]> {
    if (!isUuid(organizationId)) return [];
    return this.#database.inOrganization(organizationId, async (trx) => {
      const rows = (await trx(channelTable.name)
        .where({ organization_id: organizationId })
        .orderBy(['position', 'id'])) as Row[];
      return rows.map((row) => channelTable.record(row));
    });
  }

  put(record: ChannelRecord): Promise<number> {
    return this.#database.inOrganization(record.organizationId, async (trx) => {
      await requireTree(trx, record);
      return putRecord(trx, channelTable, record);
    });
  }

  async deleteSubtree(organizationId: string, channelId: string): Promise<void> {
    if (!isUuid(organizationId) || !isUuid(channelId)) return;
    // What is below it, and what there is at them, refers to it and goes with it.
    await this.#database.inOrganization(organizationId, (trx) =>
      trx(channelTable.name).where({ organization_id: organizationId, id: channelId }).delete(),
    );
  }

  async *export(): AsyncIterable<PortableRecord> {
    const ids = await this.#database.inOrganization(null, async (trx) => {
      const rows = await trx(organizationTable.name).orderBy('id').select<Row[]>('id');
      return rows.map((row) => textOf(row, 'id'));
    });
    for (const id of ids) {
      for (const record of parentsFirst(await this.load(id))) {
        yield { kind: 'channel', record: { ...record } };
      }
    }
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importInBatches(this.#database, records, {
      channel: async (trx, record) => {
        await requireTree(trx, record);
        await importRecord(trx, channelTable, record);
      },
    });
  }
}

/** Refuses what would put a channel below itself. */
async function requireTree(trx: Knex.Transaction, record: ChannelRecord): Promise<void> {
  const { organizationId, id, parentId } = record;
  if (!isUuid(organizationId) || parentId === null) return;
  // One at a time moves channels of an organization: of two moves at once each alone may be right.
  await trx(organizationTable.name).where({ id: organizationId }).forNoKeyUpdate().select('id');
  const rows = await trx(channelTable.name)
    .where({ organization_id: organizationId })
    .select<Row[]>('id', 'parent_id');
  const parents = new Map(rows.map((row) => [textOf(row, 'id'), textOrNull(row, 'parent_id')]));
  for (let above: string | null = parentId; above !== null; above = parents.get(above) ?? null) {
    if (above === id) throw belowItself(record);
  }
}

function belowItself({ id, name }: ChannelRecord): Error {
  return storeError(
    'ERR_STORE_CONFLICT',
    `the channel "${name}" would be below itself: choose a parent that is not below it`,
    { details: { channelId: id } },
  );
}
