import type {
  OverrideRecord,
  OverrideSubject,
  PortableRecord,
  RoleAssignment,
  RoleBook,
  RoleRecord,
  RoleStore,
} from '@sidetone/core';
import type { Knex } from 'knex';
import type { SqlDatabase } from '../database/sql-database.js';
import { isUuid } from '../dialect/uuid.js';
import { storeError } from '../error/error-codes.js';
import { exportPages } from './export-pages.js';
import { importInBatches } from './import-batch.js';
import { channelTable } from './organization-table.js';
import { overrideKey, overrideTable, roleTable } from './role-table.js';
import { booleanOf, textOf, type Row } from './row.js';
import { importRecord, putRecord, requireIds } from './versioned-table.js';

const ASSIGNMENT = 'sidetone_role_assignment';

export class SqlRoleStore implements RoleStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async load(organizationId: string): Promise<RoleBook> {
    if (!isUuid(organizationId)) {
      return { roles: [], assignments: [], overrides: [], sealedChannels: [] };
    }
    const here = { organization_id: organizationId };
    return this.#database.inOrganization(organizationId, async (trx) => {
      const roles = (await trx(roleTable.name).where(here)) as Row[];
      const assignments = (await trx(ASSIGNMENT).where(here)) as Row[];
      const overrides = (await trx(overrideTable.name).where(here)) as Row[];
      const sealed = await trx(channelTable.name)
        .where({ ...here, sealed: true })
        .select<Row[]>('id');
      return {
        roles: roles.map((row) => roleTable.record(row)),
        assignments: assignments.map(assignmentOf),
        overrides: overrides.map((row) => overrideTable.record(row)),
        sealedChannels: sealed.map((row) => textOf(row, 'id')),
      };
    });
  }

  putRole(record: RoleRecord): Promise<number> {
    return this.#database.inOrganization(record.organizationId, (trx) =>
      putRecord(trx, roleTable, record),
    );
  }

  async deleteRole(organizationId: string, roleId: string): Promise<void> {
    if (!isUuid(organizationId) || !isUuid(roleId)) return;
    await this.#database.inOrganization(organizationId, (trx) =>
      trx(roleTable.name).where({ organization_id: organizationId, id: roleId }).delete(),
    );
  }

  async assign(assignment: RoleAssignment): Promise<void> {
    await this.#database.inOrganization(assignment.organizationId, (trx) =>
      assign(trx, assignment),
    );
  }

  async unassign(assignment: RoleAssignment): Promise<void> {
    const { organizationId, roleId, userId } = assignment;
    if (![organizationId, roleId, userId].every(isUuid)) return;
    await this.#database.inOrganization(organizationId, (trx) =>
      trx(ASSIGNMENT).where(assignmentRow(assignment)).delete(),
    );
  }

  putOverride(record: OverrideRecord): Promise<number> {
    return this.#database.inOrganization(record.organizationId, (trx) =>
      putRecord(trx, overrideTable, record),
    );
  }

  async deleteOverride(
    organizationId: string,
    channelId: string,
    subject: OverrideSubject,
  ): Promise<void> {
    if (![organizationId, channelId, subject.id].every(isUuid)) return;
    await this.#database.inOrganization(organizationId, (trx) =>
      trx(overrideTable.name)
        .where(overrideKey(organizationId, channelId, subject))
        .delete(),
    );
  }

  async setSealed(organizationId: string, channelId: string, sealed: boolean): Promise<void> {
    await this.#database.inOrganization(organizationId, (trx) =>
      setSealed(trx, organizationId, channelId, sealed),
    );
  }

  async *export(): AsyncIterable<PortableRecord> {
    for await (const row of exportPages(this.#database, roleTable.name, [
      'organization_id',
      'id',
    ])) {
      yield { kind: 'role', record: { ...roleTable.record(row) } };
    }
    for await (const row of exportPages(this.#database, ASSIGNMENT, [
      'organization_id',
      'role_id',
      'user_id',
    ])) {
      yield { kind: 'roleAssignment', record: { ...assignmentOf(row) } };
    }
    for await (const row of exportPages(this.#database, overrideTable.name, [
      'organization_id',
      'channel_id',
      'subject_kind',
      'subject_id',
    ])) {
      yield { kind: 'override', record: { ...overrideTable.record(row) } };
    }
    for await (const row of exportPages(this.#database, channelTable.name, [
      'organization_id',
      'id',
    ])) {
      if (!booleanOf(row, 'sealed')) continue;
      const record = {
        organizationId: textOf(row, 'organization_id'),
        channelId: textOf(row, 'id'),
      };
      yield { kind: 'sealedChannel', record };
    }
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importInBatches(this.#database, records, {
      role: (trx, record) => importRecord(trx, roleTable, record),
      roleAssignment: assign,
      override: (trx, record) => importRecord(trx, overrideTable, record),
      sealedChannel: (trx, { organizationId, channelId }) =>
        setSealed(trx, organizationId, channelId, true),
    });
  }
}

async function assign(trx: Knex.Transaction, assignment: RoleAssignment): Promise<void> {
  const { organizationId, roleId, userId } = assignment;
  requireIds([organizationId, roleId, userId], 'role assignment');
  await trx(ASSIGNMENT).insert(assignmentRow(assignment)).onConflict().ignore();
}

async function setSealed(
  trx: Knex.Transaction,
  organizationId: string,
  channelId: string,
  sealed: boolean,
): Promise<void> {
  const known = isUuid(organizationId) && isUuid(channelId);
  const changed = known
    ? await trx(channelTable.name)
        .where({ organization_id: organizationId, id: channelId })
        .update({ sealed })
    : 0;
  if (changed > 0 || !sealed) return;
  throw storeError(
    'ERR_STORE_REFERENCE',
    `the organization has no channel "${channelId}" that could be sealed`,
    { details: { organizationId, channelId } },
  );
}

function assignmentRow({ organizationId, roleId, userId }: RoleAssignment): Row {
  return { organization_id: organizationId, role_id: roleId, user_id: userId };
}

function assignmentOf(row: Row): RoleAssignment {
  return {
    organizationId: textOf(row, 'organization_id'),
    roleId: textOf(row, 'role_id'),
    userId: textOf(row, 'user_id'),
  };
}
