import type { OverrideRecord, RoleRecord } from '@sidetone/core';
import type { AclParams, AclResult } from './acl-methods.js';
import type { AclCall } from './acl-call.js';
import { HOLDERS_PER_PAGE } from './limits.js';
import { managedChannel } from './override-commands.js';
import { needs, notFound } from './refusal.js';
import { requireManaging } from './role-rules.js';
import { netView, type OverrideView, type RoleSummary, type RoleView } from './role-view.js';

/** Who manages roles sees them all; others those that they have, by name and rank. */
export function listRoles(call: AclCall, { user }: AclParams<'role.list'>): AclResult<'role.list'> {
  const { roles, author, held } = call;
  const manages = author.allows('MANAGE_ROLES');
  if (user !== undefined && !manages) throw needs('MANAGE_ROLES');
  const given = user === undefined ? null : roles.assigned(user);
  // Once: there may be as many roles as there are to be looked through for it.
  const own = held();
  const listed = [...roles.roles()]
    .filter(({ id }) => (given === null ? manages || own.has(id) : given.has(id)))
    .sort((a, b) => b.rank - a.rank || a.name.localeCompare(b.name));
  return {
    roles: listed.map((role) => (manages ? roleView(call, role, own) : summary(role, own))),
  };
}

export async function listHolders(
  { desk, roles, author }: AclCall,
  { role: roleId, after = '' }: AclParams<'role.holders'>,
): Promise<AclResult<'role.holders'>> {
  requireManaging(author);
  if (roles.role(roleId) === undefined) throw notFound(`there is no role "${roleId}"`);
  const ids = [...roles.holders(roleId)].filter((id) => id > after).sort();
  const page = ids.slice(0, HOLDERS_PER_PAGE);
  const { accounts } = desk.parts;
  const holders = await desk.ask(() =>
    Promise.all(
      page.map(async (id) => ({ id, name: (await accounts.get(id))?.displayName ?? id })),
    ),
  );
  return { holders, more: ids.length > page.length };
}

export function listOverrides(
  { desk, roles, author }: AclCall,
  { channel }: AclParams<'role.overrides'>,
): AclResult<'role.overrides'> {
  managedChannel(desk, author, channel);
  const overrides = [...roles.overridesAt(channel)].map(overrideView);
  return { sealed: roles.isSealed(channel), overrides };
}

export function roleView(
  { roles, author, held }: AclCall,
  role: RoleRecord,
  own: ReadonlySet<string> = held(),
): RoleView {
  const { permissions, netPlan, version } = role;
  return {
    ...summary(role, own),
    permissions,
    netPlan: netPlan.filter(({ channelId }) => author.allows('VIEW', channelId)).map(netView),
    holders: roles.holders(role.id).size,
    version,
  };
}

export function overrideView({
  channelId,
  organizationId: _organizationId,
  ...override
}: OverrideRecord): OverrideView {
  return { channel: channelId, ...override };
}

function summary({ id, name, rank, implicit }: RoleRecord, own: ReadonlySet<string>): RoleSummary {
  return { id, name, rank, implicit, held: own.has(id) };
}
