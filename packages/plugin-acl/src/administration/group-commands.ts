import { foldName, type RoleRecord } from '@sidetone/core';
import type { BookChange } from '../policy/book-change.js';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import { requireMember, writeAssignment } from './assignment-commands.js';
import type { Author } from './author.js';
import { ROLES_PER_USER } from './limits.js';
import { denied, notFound, tooMany } from './refusal.js';
import type { RoleDesk } from './role-desk.js';
import { requireAdministrator, requireManaging } from './role-rules.js';

export interface GroupOptions {
  /**
   * Names of the roles that are set from outside; those that the user has beside them stay. Default
   * all that are given to people, except those that administer.
   */
  readonly managed?: readonly string[];
}

/** By name, as they were before and are now. */
export interface GroupChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Gives a user, of the roles that are managed from outside, exactly those that are named. Rejects
 * with NOT_FOUND for a name that no role has, ACCESS_DENIED for one that is not managed.
 */
export function setGroups(
  desk: RoleDesk,
  author: Author,
  {
    userId,
    roles: names,
    managed,
  }: GroupOptions & { readonly userId: string; readonly roles: readonly string[] },
): Promise<GroupChange> {
  const action = { name: 'role.setGroups', details: { user: userId, roles: names } };
  return desk.change(author, action, async (roles) => {
    requireManaging(author);
    const open = managedRoles(roles, managed);
    const wanted = names.map((name) => wantedRole(roles, open, name));
    const wantedIds = new Set(wanted.map(({ id }) => id));
    const has = roles.assigned(userId);
    const added = [...new Set(wanted)].filter(({ id }) => !has.has(id));
    const removed = [...open.values()].filter(({ id }) => has.has(id) && !wantedIds.has(id));
    requireRoom(has.size + added.length - removed.length);
    await requireAnotherAdministrator(desk, roles, userId, { added, removed });
    if (added.length > 0) await requireMember(desk, userId, author.allows('MANAGE_MEMBERS'));
    await write(desk, roles, userId, { added, removed });
    return { added: added.map(({ name }) => name), removed: removed.map(({ name }) => name) };
  });
}

interface Steps {
  readonly added: readonly RoleRecord[];
  readonly removed: readonly RoleRecord[];
}

/** First all in the store, then all in memory in one turn: nobody is in between for a moment. */
async function write(
  desk: RoleDesk,
  roles: OrganizationRoles,
  userId: string,
  { added, removed }: Steps,
): Promise<void> {
  const written: BookChange[] = [];
  try {
    for (const [kind, list] of [
      ['assigned', added],
      ['unassigned', removed],
    ] as const) {
      for (const { id: roleId } of list) {
        await writeAssignment(desk, kind, roleId, userId);
        written.push({ kind, roleId, userId });
      }
    }
  } finally {
    // What is kept holds, also where the next one failed.
    if (written.length > 0) desk.apply(roles, ...written);
  }
}

function managedRoles(
  roles: OrganizationRoles,
  managed: readonly string[] | undefined,
): ReadonlyMap<string, RoleRecord> {
  const names = managed && new Set(managed.map(foldName));
  const open = [...roles.roles()].filter(
    ({ name, implicit, permissions }) =>
      implicit === null && (names?.has(foldName(name)) ?? !permissions.includes('ADMINISTER')),
  );
  return new Map(open.map((role) => [role.id, role]));
}

function wantedRole(
  roles: OrganizationRoles,
  open: ReadonlyMap<string, RoleRecord>,
  name: string,
): RoleRecord {
  const role = roles.roleNamed(name);
  if (role === undefined) throw notFound(`there is no role "${name}"`);
  if (open.has(role.id)) return role;
  throw denied(`the role "${role.name}" is not set from outside`, { role: role.name });
}

function requireRoom(count: number): void {
  if (count <= ROLES_PER_USER) return;
  throw tooMany(`a user is given at most ${ROLES_PER_USER} roles of an organization`);
}

/** Who gets one administering role for another one stays. */
async function requireAnotherAdministrator(
  desk: RoleDesk,
  roles: OrganizationRoles,
  userId: string,
  { added, removed }: Steps,
): Promise<void> {
  const administers = ({ permissions }: RoleRecord): boolean => permissions.includes('ADMINISTER');
  if (!removed.some(administers) || added.some(administers)) return;
  const kept = [...roles.roles()].filter(
    (role) => roles.assigned(userId).has(role.id) && !removed.includes(role),
  );
  if (!kept.some(administers)) await requireAdministrator(desk, roles, { userId });
}
