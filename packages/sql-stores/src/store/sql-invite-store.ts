import type { InviteRecord, InviteStore, InviteUse, PortableRecord } from '@sidetone/core';
import type { Knex } from 'knex';
import type { SqlDatabase } from '../database/sql-database.js';
import { isUuid } from '../dialect/uuid.js';
import { inviteTable } from './admission-table.js';
import { exportPages } from './export-pages.js';
import { importFixed, putFixed } from './fixed-row.js';
import { importInBatches } from './import-batch.js';
import { numberOf, textOf, type Row } from './row.js';
import { requireIds } from './versioned-table.js';

const USE = 'sidetone_invite_use';

export class SqlInviteStore implements InviteStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  findByCode(codeHash: string): Promise<InviteUse | null> {
    return this.#database.inOrganization(null, async (trx) => {
      const row = (await invites(trx).where({ code_hash: codeHash }).first()) as Row | undefined;
      return row === undefined ? null : inviteUseOf(row);
    });
  }

  async list(organizationId: string): Promise<readonly InviteUse[]> {
    if (!isUuid(organizationId)) return [];
    return this.#database.inOrganization(organizationId, async (trx) => {
      const rows = (await invites(trx)
        .where({ organization_id: organizationId })
        .orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id' }])) as Row[];
      return rows.map(inviteUseOf);
    });
  }

  async put(record: InviteRecord): Promise<void> {
    requireIds([record.organizationId, record.id], inviteTable.noun);
    await this.#database.inOrganization(record.organizationId, (trx) =>
      putFixed(trx, inviteTable, record),
    );
  }

  async use(
    organizationId: string,
    inviteId: string,
    userId: string,
    now: number,
  ): Promise<boolean> {
    if (!isUuid(organizationId) || !isUuid(inviteId)) return false;
    return this.#database.inOrganization(organizationId, (trx) =>
      countUse(trx, { organization_id: organizationId, id: inviteId }, userId, now),
    );
  }

  async delete(organizationId: string, inviteId: string): Promise<void> {
    if (!isUuid(organizationId) || !isUuid(inviteId)) return;
    await this.#database.inOrganization(organizationId, (trx) =>
      trx(inviteTable.name).where({ organization_id: organizationId, id: inviteId }).delete(),
    );
  }

  async *export(): AsyncIterable<PortableRecord> {
    for await (const row of exportPages(this.#database, inviteTable.name, [
      'organization_id',
      'id',
    ])) {
      yield { kind: 'invite', record: { ...inviteTable.record(row) } };
    }
    for await (const row of exportPages(this.#database, USE, [
      'organization_id',
      'invite_id',
      'user_id',
    ])) {
      const record = {
        organizationId: textOf(row, 'organization_id'),
        inviteId: textOf(row, 'invite_id'),
        userId: textOf(row, 'user_id'),
      };
      yield { kind: 'inviteUse', record };
    }
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importInBatches(this.#database, records, {
      invite: (trx, record) => importFixed(trx, inviteTable, record),
      inviteUse: async (trx, { organizationId, inviteId, userId }) => {
        await trx(USE)
          .insert(useRow({ organization_id: organizationId, id: inviteId }, userId))
          .onConflict()
          .ignore();
      },
    });
  }
}

/** With the number of users beside each. */
function invites(trx: Knex.Transaction): Knex.QueryBuilder {
  const uses = trx(USE)
    .count('*')
    .where(`${USE}.organization_id`, trx.ref(`${inviteTable.name}.organization_id`))
    .where(`${USE}.invite_id`, trx.ref(`${inviteTable.name}.id`))
    .as('uses');
  return trx(inviteTable.name).select(`${inviteTable.name}.*`, uses);
}

function inviteUseOf(row: Row): InviteUse {
  return { invite: inviteTable.record(row), uses: numberOf(row, 'uses') };
}

async function countUse(
  trx: Knex.Transaction,
  invite: Row,
  userId: string,
  now: number,
): Promise<boolean> {
  // Held until the end: those who come at once are counted one after another.
  const row = (await trx(inviteTable.name).where(invite).forNoKeyUpdate().first()) as
    Row | undefined;
  if (row === undefined) return false;
  const used = await trx(USE)
    .where({ organization_id: invite.organization_id, invite_id: invite.id })
    .select<Row[]>('user_id');
  if (used.some((use) => textOf(use, 'user_id') === userId)) return true;
  const { expiresAt, maxUses } = inviteTable.record(row);
  if (expiresAt !== null && expiresAt <= now) return false;
  if (maxUses !== null && used.length >= maxUses) return false;
  await trx(USE).insert(useRow(invite, userId));
  return true;
}

function useRow(invite: Row, userId: string): Row {
  return { organization_id: invite.organization_id, invite_id: invite.id, user_id: userId };
}
