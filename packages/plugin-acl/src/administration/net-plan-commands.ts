import type { NetPlanEntry, RoleRecord } from '@sidetone/core';
import type { Author } from './author.js';
import { NETS_PER_PLAN } from './limits.js';
import { requirePermanent, seenChannel } from './override-commands.js';
import { invalid, tooMany } from './refusal.js';
import { managedRole, putRole, requireVersion } from './role-commands.js';
import type { RoleDesk } from './role-desk.js';

/** In place of what there is; nets at channels that are hidden from the author stay. */
export function setNetPlan(
  desk: RoleDesk,
  author: Author,
  roleId: string,
  { nets, version }: { readonly nets: readonly NetPlanEntry[]; readonly version?: number },
): Promise<RoleRecord> {
  const action = { name: 'role.setNetPlan', details: { role: roleId, nets } };
  return desk.change(author, action, async (roles) => {
    const before = managedRole(roles, author, roleId);
    requireVersion(before, version);
    for (const { channelId } of nets) requirePermanent(seenChannel(desk, author, channelId));
    requireSingle(
      nets.map(({ channelId }) => channelId),
      'channel',
    );
    requireSingle(
      nets.flatMap(({ slot }) => slot ?? []),
      'slot',
    );
    const directory = desk.parts.directory();
    const hidden = before.netPlan.filter(
      ({ channelId }) =>
        directory.channel(channelId) !== undefined && !author.allows('VIEW', channelId),
    );
    const netPlan = [...nets, ...hidden];
    if (netPlan.length > NETS_PER_PLAN) {
      throw tooMany(`a role has at most ${NETS_PER_PLAN} nets`);
    }
    return putRole(desk, roles, { ...before, netPlan });
  });
}

function requireSingle(values: readonly (string | number)[], what: string): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw invalid(`the ${what} "${twice}" is there twice`, '/nets');
}
