import { randomUUID } from 'node:crypto';
import { foldName, type ImplicitRole, type RoleRecord } from '@sidetone/core';
import { WireError } from '@sidetone/protocol';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import type { Author } from './author.js';
import { ROLES_PER_ORGANIZATION } from './limits.js';
import { overrideReach } from './override-reach.js';
import { notFound, tooMany } from './refusal.js';
import type { RoleDesk } from './role-desk.js';
import {
  requireAdministrator,
  requireBelow,
  requireGiving,
  requireGivingRole,
  requireGivingRules,
  requireKnown,
  requireManaging,
  requireNotEverybody,
} from './role-rules.js';

export interface RoleDraft {
  /** Unique in the organization, whatever the case. 1 to 80 characters. */
  readonly name: string;
  /** 0 to 65,535. */
  readonly rank: number;
  /** At most 256. Default none. */
  readonly permissions?: readonly string[];
  /** Default `null`: it is given to people. At most one of each kind an organization. */
  readonly implicit?: ImplicitRole | null;
  /** Default a random one. */
  readonly id?: string;
}

export interface RoleChanges {
  readonly name?: string;
  readonly rank?: number;
  readonly permissions?: readonly string[];
  /** The one that was read: another one is a VERSION_CONFLICT. Default: any. */
  readonly version?: number;
}

export function createRole(desk: RoleDesk, author: Author, draft: RoleDraft): Promise<RoleRecord> {
  const { name, rank, permissions = [], implicit = null, id = randomUUID() } = draft;
  const details = { role: id, name, rank, permissions, implicit };
  return desk.change(author, { name: 'role.create', details }, async (roles) => {
    const { organizationId } = desk;
    const fresh = { netPlan: [], version: 0 } as const;
    const record = { id, organizationId, name, rank, permissions, implicit, ...fresh };
    requireManaging(author);
    requireBelow(author, rank, `the role "${name}"`);
    requireContent(desk, record, []);
    requireGiving(author, permissions);
    if ([...roles.roles()].length >= ROLES_PER_ORGANIZATION) {
      throw tooMany(`an organization has at most ${ROLES_PER_ORGANIZATION} roles`);
    }
    requireUnique(roles, record);
    return putRole(desk, roles, record);
  });
}

export function updateRole(
  desk: RoleDesk,
  author: Author,
  roleId: string,
  { version, ...changes }: RoleChanges,
): Promise<RoleRecord> {
  const action = { name: 'role.update', details: { role: roleId, ...changes } };
  return desk.change(author, action, async (roles) => {
    const before = managedRole(roles, author, roleId);
    requireVersion(before, version);
    const record = { ...before, ...changes };
    requireBelow(author, record.rank, `rank ${record.rank}`);
    requireContent(desk, record, before.permissions);
    const added = record.permissions.filter((each) => !before.permissions.includes(each));
    requireGiving(author, added);
    requirePlace(desk, author, roles, { before, record });
    if (!record.permissions.includes('ADMINISTER')) {
      await requireAdministrator(desk, roles, { roleId });
    }
    requireUnique(roles, record);
    return putRole(desk, roles, record);
  });
}

export function deleteRole(desk: RoleDesk, author: Author, roleId: string): Promise<void> {
  const action = { name: 'role.delete', details: { role: roleId } };
  return desk.change(author, action, async (roles) => {
    managedRole(roles, author, roleId);
    requireTaking(desk, author, roles, roleId);
    await requireAdministrator(desk, roles, { roleId });
    await desk.ask(() => desk.parts.store.deleteRole(desk.organizationId, roleId));
    desk.apply(roles, { kind: 'roleRemoved', roleId });
  });
}

/** Throws NOT_FOUND, and ACCESS_DENIED for a role that the author does not manage. */
export function managedRole(roles: OrganizationRoles, author: Author, roleId: string): RoleRecord {
  requireManaging(author);
  const role = roles.role(roleId);
  if (role === undefined) throw notFound(`there is no role "${roleId}"`);
  requireBelow(author, role.rank, `the role "${role.name}"`);
  return role;
}

/** The same for a role that is to be given to somebody. */
export function givenRole(
  desk: RoleDesk,
  roles: OrganizationRoles,
  author: Author,
  roleId: string,
): RoleRecord {
  const role = managedRole(roles, author, roleId);
  requireGivingRole(author, role, roles, overrideReach(roles, desk.parts.directory()));
  return role;
}

/** Who is without a role has what its overrides denied them: that is given, too. */
export function requireTaking(
  desk: RoleDesk,
  author: Author,
  roles: OrganizationRoles,
  roleId: string,
): void {
  const reach = overrideReach(roles, desk.parts.directory());
  requireGivingRules(author, roleId, { roles, reach, parts: ['deny'] });
}

export function requireVersion(
  { version: present }: { readonly version: number },
  given: number | undefined,
): void {
  if (given === undefined || given === present) return;
  throw new WireError(
    'VERSION_CONFLICT',
    `it has version "${present}", not "${given}": look at it again and decide anew`,
    { details: { version: present } },
  );
}

export async function putRole(
  desk: RoleDesk,
  roles: OrganizationRoles,
  record: RoleRecord,
): Promise<RoleRecord> {
  const version = await desk.ask(() => desk.parts.store.putRole(record));
  const role = { ...record, version };
  desk.apply(roles, { kind: 'roleChanged', role });
  return role;
}

function requireContent(desk: RoleDesk, record: RoleRecord, before: readonly string[]): void {
  const { catalog } = desk.parts;
  requireKnown(record.permissions, before, (name) => catalog().has(name), '/permissions');
  requireNotEverybody(record);
}

/**
 * Another rank decides anew between the overrides about the role and those about others. Another
 * name may be one that credentials name, whose owners would be given the role by it.
 */
function requirePlace(
  desk: RoleDesk,
  author: Author,
  roles: OrganizationRoles,
  { before, record }: { readonly before: RoleRecord; readonly record: RoleRecord },
): void {
  const reach = overrideReach(roles, desk.parts.directory());
  if (record.rank !== before.rank) {
    requireGivingRules(author, before.id, { roles, reach, parts: ['allow', 'deny'] });
  }
  if (foldName(record.name) === foldName(before.name)) return;
  requireGivingRole(author, before, roles, reach);
}

/** The store would refuse it, too; this says what of it is taken. */
function requireUnique(roles: OrganizationRoles, { id, name, implicit }: RoleRecord): void {
  for (const other of roles.roles()) {
    if (other.id === id) continue;
    if (foldName(other.name) === foldName(name)) {
      throw new WireError('ALREADY_EXISTS', `there is a role "${other.name}" already`);
    }
    if (implicit !== null && other.implicit === implicit) {
      const message = `the role "${other.name}" is the one for "${implicit}" already`;
      throw new WireError('ALREADY_EXISTS', message);
    }
  }
}
