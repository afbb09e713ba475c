import type { RoleRecord } from '@sidetone/core';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import type { Author } from './author.js';
import { ROLES_PER_USER } from './limits.js';
import { requireNotAbove } from './rank-of-subject.js';
import { invalid, notFound, tooMany } from './refusal.js';
import { givenRole, managedRole, requireTaking } from './role-commands.js';
import type { RoleDesk } from './role-desk.js';
import { requireAdministrator } from './role-rules.js';

export interface AssignOptions {
  /** Whether only a member can be given it: NOT_FOUND for others then. Default false. */
  readonly membersOnly?: boolean;
}

export function assignRole(
  desk: RoleDesk,
  author: Author,
  { roleId, userId }: { readonly roleId: string; readonly userId: string },
  { membersOnly = false }: AssignOptions = {},
): Promise<void> {
  const action = { name: 'role.assign', details: { role: roleId, user: userId } };
  return desk.change(author, action, async (roles) => {
    const role = givenRole(desk, roles, author, roleId);
    requireAssignable(role);
    if (roles.assigned(userId).has(roleId)) return;
    if (roles.assigned(userId).size >= ROLES_PER_USER) {
      throw tooMany(`a user is given at most ${ROLES_PER_USER} roles of an organization`);
    }
    const mayJoin = !membersOnly && author.allows('MANAGE_MEMBERS');
    await requireMember(desk, userId, mayJoin);
    await requireNotAbove(desk, author, roles, userId);
    await writeAssignment(desk, 'assigned', roleId, userId);
    desk.apply(roles, { kind: 'assigned', roleId, userId });
  });
}

export function unassignRole(
  desk: RoleDesk,
  author: Author,
  { roleId, userId }: { readonly roleId: string; readonly userId: string },
): Promise<void> {
  const action = { name: 'role.unassign', details: { role: roleId, user: userId } };
  return desk.change(author, action, async (roles) => {
    requireAssignable(managedRole(roles, author, roleId));
    if (!roles.assigned(userId).has(roleId)) return;
    requireTaking(desk, author, roles, roleId);
    await requireNotAbove(desk, author, roles, userId);
    await requireAdministrator(desk, roles, { roleId, userId });
    await writeAssignment(desk, 'unassigned', roleId, userId);
    desk.apply(roles, { kind: 'unassigned', roleId, userId });
  });
}

export function writeAssignment(
  desk: RoleDesk,
  kind: 'assigned' | 'unassigned',
  roleId: string,
  userId: string,
): Promise<void> {
  const { organizationId, parts } = desk;
  const assignment = { organizationId, roleId, userId };
  return desk.ask(() =>
    kind === 'assigned' ? parts.store.assign(assignment) : parts.store.unassign(assignment),
  );
}

export function requireAssignable({ name, implicit }: RoleRecord): void {
  if (implicit === null) return;
  throw invalid(`the role "${name}" is not given to people: they have it by themselves`, '/role');
}

/**
 * Who has an account becomes a member where `mayJoin`. Guests have none, and are told apart from
 * nobody; nor does who may not make members learn who has one.
 */
export async function requireMember(
  desk: RoleDesk,
  userId: string,
  mayJoin: boolean,
): Promise<void> {
  const { members, accounts, clock } = desk.parts;
  const { organizationId } = desk;
  if ((await desk.ask(() => members.get(organizationId, userId))) !== null) return;
  if (!mayJoin) throw notFound(`"${userId}" is no member`);
  if ((await desk.ask(() => accounts.get(userId))) === null) {
    throw notFound(`there is no account "${userId}"; guests are given no roles`);
  }
  const joinedAt = clock.wallTime();
  await desk.ask(() =>
    members.put({ organizationId, userId, displayName: null, joinedAt, version: 0 }),
  );
}

/** Roles that people are given, by id. */
export function assignableRoles(roles: OrganizationRoles): ReadonlyMap<string, RoleRecord> {
  const given = [...roles.roles()].filter(({ implicit }) => implicit === null);
  return new Map(given.map((role) => [role.id, role]));
}
