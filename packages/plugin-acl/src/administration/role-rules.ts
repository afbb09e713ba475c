import type { OverrideRecord, RoleRecord } from '@sidetone/core';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import type { Author } from './author.js';
import type { Reach } from './override-reach.js';
import { denied, invalid, needs } from './refusal.js';
import type { RoleDesk } from './role-desk.js';

/**
 * What keeps people from giving themselves, or others, more than they have. Each throws `WireError`
 * and is asked in the turn that makes the change.
 *
 * Nobody manages a role at or above their own rank, and nobody gives a permission that they do not
 * have where it would hold. `ADMINISTER` lifts neither; the administrators of the server and the
 * program are above all ranks and have everything.
 */
export function requireManaging(author: Author, channelId?: string): void {
  if (!author.allows('MANAGE_ROLES', channelId)) throw needs('MANAGE_ROLES');
}

/** `what` begins a sentence: `the role "Pilot"`. */
export function requireBelow(author: Author, rank: number, what: string): void {
  if (rank < author.rank()) return;
  throw denied(`${what} is not below your own rank`, { rank, own: author.rank() });
}

export function requireGiving(
  author: Author,
  permissions: Iterable<string>,
  channelId?: string,
): void {
  for (const permission of permissions) {
    if (author.allows(permission, channelId)) continue;
    throw denied(`you cannot give ${permission}, which you do not have there yourself`, {
      permission,
    });
  }
}

/** The same for what holds at all of these channels. Names none of them: they may be hidden. */
export function requireGivingAt(
  author: Author,
  permissions: readonly string[],
  channelIds: Iterable<string>,
): void {
  if (permissions.length === 0) return;
  for (const channelId of channelIds) requireGiving(author, permissions, channelId);
}

/** What of a role changes hands: what it allows, what it keeps from people, or both. */
type Part = 'allow' | 'deny';

/** Everything that comes with a role, overrides included. */
export function requireGivingRole(
  author: Author,
  role: RoleRecord,
  roles: OrganizationRoles,
  reach: Reach,
): void {
  requireGiving(author, role.permissions);
  requireGivingRules(author, role.id, { roles, reach, parts: ['allow'] });
}

/** Who loses a role, or its rank, has again what its overrides deny, or allow. */
export function requireGivingRules(
  author: Author,
  roleId: string,
  {
    roles,
    reach,
    parts,
  }: { readonly roles: OrganizationRoles; readonly reach: Reach; readonly parts: readonly Part[] },
): void {
  for (const override of roles.index.overrides()) {
    const { kind, id } = override.subject;
    if (kind !== 'role' || id !== roleId) continue;
    for (const part of parts) requireGivingAt(author, override[part], reach(override));
  }
}

/** Names that a new role or override may have: those that are declared, and those it had before. */
export function requireKnown(
  permissions: Iterable<string>,
  before: readonly string[],
  has: (name: string) => boolean,
  path: string,
): void {
  for (const permission of permissions) {
    if (has(permission) || before.includes(permission)) continue;
    throw invalid(
      `"${permission}" is no permission; there are those of Sidetone and of plugins`,
      path,
    );
  }
}

/** Who may administer is a matter of roles that are given, to whom one can tell. */
export function requireNotEverybody({ implicit, permissions }: RoleRecord): void {
  if (implicit === null || !permissions.includes('ADMINISTER')) return;
  throw invalid('ADMINISTER is not for a role that people have by themselves', '/permissions');
}

export function requireNoAdminister({ allow, deny }: Pick<OverrideRecord, 'allow' | 'deny'>): void {
  for (const [path, permissions] of [
    ['/allow', allow],
    ['/deny', deny],
  ] as const) {
    if (!permissions.includes('ADMINISTER')) continue;
    throw invalid('ADMINISTER cannot be allowed or denied at a channel', path);
  }
}

/** What an override gives that was not there before: what it allows now, what it denies no more. */
export function givenBy(
  next: Pick<OverrideRecord, 'allow' | 'deny'>,
  before: Pick<OverrideRecord, 'allow' | 'deny'> = { allow: [], deny: [] },
): readonly string[] {
  return [
    ...next.allow.filter((permission) => !before.allow.includes(permission)),
    ...before.deny.filter((permission) => !next.deny.includes(permission)),
  ];
}

export interface Without {
  /** Alone: the role as a whole. With a user: what that user has of it. */
  readonly roleId?: string;
  /** Alone: the user with all roles. */
  readonly userId?: string;
}

/** Users whom an assigned role makes administrators of the organization. */
export function administratorsOf(
  roles: OrganizationRoles,
  without: Without | null = null,
): ReadonlySet<string> {
  const isGone = (roleId: string, userId: string): boolean =>
    without !== null &&
    (without.roleId ?? roleId) === roleId &&
    (without.userId ?? userId) === userId;
  const administering = [...roles.roles()].filter(({ permissions }) =>
    permissions.includes('ADMINISTER'),
  );
  return new Set(
    administering.flatMap(({ id }) => [...roles.holders(id)].filter((each) => !isGone(id, each))),
  );
}

/**
 * Rejects where this takes the last administrator from an organization that has one. Who cannot sign
 * in any more is none that could stay in their place.
 */
export async function requireAdministrator(
  desk: RoleDesk,
  roles: OrganizationRoles,
  without: Without,
): Promise<void> {
  const before = administratorsOf(roles);
  const left = administratorsOf(roles, without);
  if (left.size === before.size) return;
  for (const userId of left) {
    const account = await desk.ask(() => desk.parts.accounts.get(userId));
    // Users of an app that signs them in with tokens of its own may have none.
    if (account?.disabled !== true) return;
  }
  throw denied(
    'this would leave the organization without an administrator: make somebody else one first',
    { lastAdministrator: true },
  );
}
