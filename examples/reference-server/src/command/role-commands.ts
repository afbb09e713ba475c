import { randomUUID } from 'node:crypto';
import {
  AuditLog,
  Clock,
  RoleStore,
  type OrganizationApi,
  type RoleBook,
  type RoleRecord,
} from '@sidetone/core';
import { isVoiceError } from '@sidetone/protocol';
import { defineCommand, type Administration, type Command } from './command.js';
import { CommandFailure } from './command-failure.js';
import { integer, texts, word } from './field.js';
import { findOrganization, findRole, findUser, org } from './look-up.js';
import { showTable } from './show.js';

const PERMISSION = /^[A-Za-z][A-Za-z0-9_.:-]{0,127}$/;
const role = word('role', 'by name or id');
const user = word('user', 'by name or id');

/** Core has no call for roles: who keeps them is told, and the audit log. */
function audit(
  { server, actor }: Administration,
  { id }: OrganizationApi,
  action: string,
  details: Readonly<Record<string, unknown>>,
): void {
  server.get(AuditLog).append({
    at: server.get(Clock).wallTime(),
    organizationId: id,
    actor: { kind: 'program', name: actor },
    action,
    details,
    outcome: 'committed',
  });
}

const add = defineCommand({
  name: 'role add',
  summary: 'make a role',
  fields: {
    name: word('name', 'what it is called'),
    org,
    permission: texts('permission', 'what it allows; may be given several times'),
    rank: integer(0, 65_535, 'a higher one stands above; without it, 0'),
  },
  async run(administration, { name, org, permission = [], rank = 0 }) {
    const wrong = permission.find((each) => !PERMISSION.test(each));
    if (wrong !== undefined) {
      throw new CommandFailure('INVALID_PARAMS', `"${wrong}" is no name of a permission`);
    }
    if (name.length > 80) throw new CommandFailure('INVALID_PARAMS', 'the name is too long');
    const organization = findOrganization(administration, org);
    const record: RoleRecord = {
      id: randomUUID(),
      organizationId: organization.id,
      name,
      rank,
      permissions: [...new Set(permission)],
      implicit: null,
      netPlan: [],
      version: 0,
    };
    const version = await administration.server.get(RoleStore).putRole(record);
    audit(administration, organization, 'role.add', { role: record.id, name });
    return { ...record, version };
  },
  show: ({ name, id }: RoleRecord) => `"${name}" is there (${id}).`,
});

interface RoleLine extends RoleRecord {
  /** Names, or ids of those who have no account any more. */
  readonly holders: readonly string[];
}

const list = defineCommand({
  name: 'role list',
  summary: 'roles, what they allow, and who has them',
  fields: { org },
  async run(administration, { org }) {
    const { id } = findOrganization(administration, org);
    const book = await administration.server.get(RoleStore).load(id);
    const roles = [...book.roles].sort((a, b) => b.rank - a.rank || a.name.localeCompare(b.name));
    const lines: RoleLine[] = [];
    for (const each of roles) {
      lines.push({ ...each, holders: await holdersOf(administration, book, each.id) });
    }
    return lines;
  },
  show: (roles: readonly RoleLine[]) =>
    showTable(
      roles,
      {
        name: ({ name }) => name,
        rank: ({ rank }) => rank,
        allows: ({ permissions }) => permissions.join(', ') || null,
        holders: ({ holders, implicit }) => implicit ?? (holders.join(', ') || null),
        id: ({ id }) => id,
      },
      'There is none.',
    ),
});

async function holdersOf(
  { server }: Administration,
  { assignments }: RoleBook,
  roleId: string,
): Promise<readonly string[]> {
  const holders = assignments.filter((assignment) => assignment.roleId === roleId);
  const names = holders.map(async ({ userId }) => (await server.users.get(userId))?.name ?? userId);
  return (await Promise.all(names)).sort((a, b) => a.localeCompare(b));
}

interface Assigned {
  readonly role: string;
  readonly user: string;
}

const assign = defineCommand({
  name: 'role assign',
  summary: 'give a member a role',
  fields: { role, user, org },
  async run(administration, { role, user, org }): Promise<Assigned> {
    const organization = findOrganization(administration, org);
    const { id: roleId, name } = await findRole(administration, organization, role);
    const { id: userId, name: userName } = await findUser(administration, user);
    const organizationId = organization.id;
    try {
      await administration.server.get(RoleStore).assign({ organizationId, roleId, userId });
    } catch (error) {
      if (!isVoiceError(error) || error.code !== 'ERR_STORE_REFERENCE') throw error;
      const message = `"${userName}" is no member of "${organization.name}"; first: sidetone org member add`;
      throw new CommandFailure('NOT_FOUND', message, { cause: error });
    }
    audit(administration, organization, 'role.assign', { role: roleId, user: userId });
    return { role: name, user: userName };
  },
  show: ({ role, user }: Assigned) => `"${user}" has the role "${role}".`,
});

const unassign = defineCommand({
  name: 'role unassign',
  summary: 'take a role from a member',
  fields: { role, user, org },
  async run(administration, { role, user, org }): Promise<Assigned> {
    const organization = findOrganization(administration, org);
    const { id: roleId, name } = await findRole(administration, organization, role);
    const { id: userId, name: userName } = await findUser(administration, user);
    const organizationId = organization.id;
    await administration.server.get(RoleStore).unassign({ organizationId, roleId, userId });
    audit(administration, organization, 'role.unassign', { role: roleId, user: userId });
    return { role: name, user: userName };
  },
  show: ({ role, user }: Assigned) => `"${user}" does not have the role "${role}".`,
});

const remove = defineCommand({
  name: 'role delete',
  summary: 'delete a role; who had it, has it no more',
  fields: { role, org },
  warning: ({ role }) => `Delete the role "${role}"? Who has it, has it no more.`,
  async run(administration, { role, org }) {
    const organization = findOrganization(administration, org);
    const found = await findRole(administration, organization, role);
    await administration.server.get(RoleStore).deleteRole(organization.id, found.id);
    audit(administration, organization, 'role.delete', { role: found.id, name: found.name });
    return found;
  },
  show: ({ name }: RoleRecord) => `"${name}" is deleted.`,
});

export const roleCommands: readonly Command[] = [add, list, assign, unassign, remove];
