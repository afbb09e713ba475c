import type {
  OverrideRecord,
  OverrideSubject,
  RoleAssignment,
  RoleBook,
  RoleRecord,
  RoleStore,
} from '../contracts/role-store.js';
import { foldName, type PortableRecord } from '../contracts/stored-record.js';
import { importRecords } from '../portability/import-records.js';
import type { PortableSealedChannel } from '../portability/portable-kinds.js';
import type { MemoryDatabase } from './memory-database.js';
import { exportTables } from './memory-export.js';
import { memoryKey, type MemoryReference, type MemoryTable } from './memory-table.js';
import { putVersioned } from './memory-write.js';

interface OfOrganization {
  readonly organizationId: string;
}

interface AtChannel extends OfOrganization {
  readonly channelId: string;
}

const toOrganization: MemoryReference<OfOrganization> = {
  table: 'organizations',
  keyOf: ({ organizationId }) => memoryKey(organizationId),
};

const toChannel: MemoryReference<AtChannel> = {
  table: 'channels',
  keyOf: ({ organizationId, channelId }) => memoryKey(organizationId, channelId),
};

/** Keeps roles, who has them, and what is different at channels, while the process lives. */
export class MemoryRoleStore implements RoleStore {
  readonly #roles: MemoryTable<RoleRecord>;
  readonly #assignments: MemoryTable<RoleAssignment>;
  readonly #overrides: MemoryTable<OverrideRecord>;
  readonly #sealed: MemoryTable<PortableSealedChannel>;

  constructor(database: MemoryDatabase) {
    this.#roles = openRoles(database);
    this.#assignments = openAssignments(database);
    this.#overrides = openOverrides(database);
    this.#sealed = database.open<PortableSealedChannel>({
      name: 'sealedChannels',
      keyOf: ({ organizationId, channelId }) => memoryKey(organizationId, channelId),
      references: [toOrganization, toChannel],
    });
  }

  async load(organizationId: string): Promise<RoleBook> {
    const ours = (each: OfOrganization): boolean => each.organizationId === organizationId;
    return {
      roles: this.#roles.filter(ours),
      assignments: this.#assignments.filter(ours),
      overrides: this.#overrides.filter(ours),
      sealedChannels: this.#sealed.filter(ours).map(({ channelId }) => channelId),
    };
  }

  async putRole(record: RoleRecord): Promise<number> {
    const stored = this.#roles.get(record.organizationId, record.id);
    return putVersioned(this.#roles, stored, record, 'role');
  }

  async deleteRole(organizationId: string, roleId: string): Promise<void> {
    this.#roles.delete(organizationId, roleId);
  }

  async assign({ organizationId, roleId, userId }: RoleAssignment): Promise<void> {
    this.#assignments.put({ organizationId, roleId, userId });
  }

  async unassign({ organizationId, roleId, userId }: RoleAssignment): Promise<void> {
    this.#assignments.delete(organizationId, roleId, userId);
  }

  async putOverride(record: OverrideRecord): Promise<number> {
    const { organizationId, channelId, subject } = record;
    const stored = this.#overrides.get(organizationId, channelId, subject.kind, subject.id);
    return putVersioned(this.#overrides, stored, record, 'override');
  }

  async deleteOverride(
    organizationId: string,
    channelId: string,
    { kind, id }: OverrideSubject,
  ): Promise<void> {
    this.#overrides.delete(organizationId, channelId, kind, id);
  }

  async setSealed(organizationId: string, channelId: string, sealed: boolean): Promise<void> {
    if (sealed) this.#sealed.put({ organizationId, channelId });
    else this.#sealed.delete(organizationId, channelId);
  }

  export(): AsyncIterable<PortableRecord> {
    return exportTables({
      role: this.#roles,
      roleAssignment: this.#assignments,
      override: this.#overrides,
      sealedChannel: this.#sealed,
    });
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importRecords(records, {
      role: (record) => this.#roles.put(record),
      roleAssignment: (record) => this.#assignments.put(record),
      override: (record) => this.#overrides.put(record),
      sealedChannel: (record) => this.#sealed.put(record),
    });
  }
}

function openRoles(database: MemoryDatabase): MemoryTable<RoleRecord> {
  return database.open<RoleRecord>({
    name: 'roles',
    keyOf: ({ organizationId, id }) => memoryKey(organizationId, id),
    references: [toOrganization],
    uniques: [
      {
        noun: 'name',
        keyOf: ({ organizationId, name }) => memoryKey(organizationId, foldName(name)),
      },
      {
        noun: 'implicit kind',
        keyOf: ({ organizationId, implicit }) =>
          implicit === null ? null : memoryKey(organizationId, implicit),
      },
    ],
  });
}

function openAssignments(database: MemoryDatabase): MemoryTable<RoleAssignment> {
  return database.open<RoleAssignment>({
    name: 'roleAssignments',
    keyOf: ({ organizationId, roleId, userId }) => memoryKey(organizationId, roleId, userId),
    references: [
      { table: 'roles', keyOf: ({ organizationId, roleId }) => memoryKey(organizationId, roleId) },
      {
        table: 'members',
        keyOf: ({ organizationId, userId }) => memoryKey(organizationId, userId),
      },
    ],
  });
}

function openOverrides(database: MemoryDatabase): MemoryTable<OverrideRecord> {
  const toSubject = (
    kind: OverrideSubject['kind'],
    table: string,
  ): MemoryReference<OverrideRecord> => ({
    table,
    keyOf: ({ organizationId, subject }) =>
      subject.kind === kind ? memoryKey(organizationId, subject.id) : null,
  });
  return database.open<OverrideRecord>({
    name: 'overrides',
    keyOf: ({ organizationId, channelId, subject }) =>
      memoryKey(organizationId, channelId, subject.kind, subject.id),
    references: [toChannel, toSubject('role', 'roles'), toSubject('user', 'members')],
  });
}
