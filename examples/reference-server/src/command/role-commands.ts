import type { RoleBook, RoleRecord } from '@sidetone/core';
import { defineCommand, type Administration, type Command } from './command.js';
import { CommandFailure } from './command-failure.js';
import { integer, text, texts, word } from './field.js';
import { findOrganization, findRole, findUser, org, rolesOf } from './look-up.js';
import { showTable } from './show.js';

const role = word('role', 'by name or id');
const user = word('user', 'by name or id');
const permission = texts('permission', 'what it allows; may be given several times');

const add = defineCommand({
  name: 'role add',
  summary: 'make a role',
  fields: {
    name: word('name', 'what it is called'),
    org,
    permission,
    rank: integer(0, 65_535, 'a higher one stands above; without it, 0'),
  },
  run: async (administration, { name, org, permission = [], rank = 0 }) =>
    rolesOf(administration, findOrganization(administration, org)).createRole({
      name,
      rank,
      permissions: [...new Set(permission)],
    }),
  show: ({ name, id }: RoleRecord) => `"${name}" is there (${id}).`,
});

const update = defineCommand({
  name: 'role update',
  summary: 'change a role; with --permission it allows those and no others',
  fields: {
    role,
    org,
    name: text('name', 'what it is called from now on'),
    permission,
    rank: integer(0, 65_535, 'a higher one stands above'),
  },
  async run(administration, { role, org, name, permission, rank }) {
    const roles = rolesOf(administration, findOrganization(administration, org));
    const { id } = await findRole(roles, role);
    return roles.updateRole(id, {
      ...(name === undefined ? {} : { name }),
      ...(permission === undefined ? {} : { permissions: [...new Set(permission)] }),
      ...(rank === undefined ? {} : { rank }),
    });
  },
  show: ({ name }: RoleRecord) => `"${name}" is changed.`,
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
    const book = await rolesOf(administration, findOrganization(administration, org)).list();
    const lines: RoleLine[] = [];
    for (const each of book.roles) {
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
    const roles = rolesOf(administration, organization);
    const { id: roleId, name } = await findRole(roles, role);
    const { id: userId, name: userName } = await findUser(administration, user);
    if ((await organization.members.get(userId)) === null) {
      const message = `"${userName}" is no member of "${organization.name}"; first: sidetone org member add, or both at once: sidetone role grant`;
      throw new CommandFailure('NOT_FOUND', message);
    }
    await roles.assign(roleId, userId, { membersOnly: true });
    return { role: name, user: userName };
  },
  show: ({ role, user }: Assigned) => `"${user}" has the role "${role}".`,
});

const grant = defineCommand({
  name: 'role grant',
  summary:
    'give anybody with an account a role, and make them a member; also where nobody is Admin',
  fields: { user, role, org },
  async run(administration, { user, role, org }): Promise<Assigned> {
    const roles = rolesOf(administration, findOrganization(administration, org));
    const { id: roleId, name } = await findRole(roles, role);
    const { id: userId, name: userName } = await findUser(administration, user);
    await roles.assign(roleId, userId);
    return { role: name, user: userName };
  },
  show: ({ role, user }: Assigned) => `"${user}" has the role "${role}".`,
});

const unassign = defineCommand({
  name: 'role unassign',
  summary: 'take a role from a member',
  fields: { role, user, org },
  async run(administration, { role, user, org }): Promise<Assigned> {
    const roles = rolesOf(administration, findOrganization(administration, org));
    const { id: roleId, name } = await findRole(roles, role);
    const { id: userId, name: userName } = await findUser(administration, user);
    await roles.unassign(roleId, userId);
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
    const roles = rolesOf(administration, findOrganization(administration, org));
    const found = await findRole(roles, role);
    await roles.deleteRole(found.id);
    return found;
  },
  show: ({ name }: RoleRecord) => `"${name}" is deleted.`,
});

export const roleCommands: readonly Command[] = [
  add,
  update,
  list,
  assign,
  grant,
  unassign,
  remove,
];
