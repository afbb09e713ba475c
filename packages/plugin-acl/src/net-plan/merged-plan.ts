import type { NetPlanEntry, RoleRecord } from '@sidetone/core';

/**
 * The nets of somebody who has these roles: what the highest of them says of a channel counts, in
 * the order in which the highest says it. A slot that a higher role has taken is nobody's below it.
 */
export function mergedPlan(
  roles: readonly RoleRecord[],
  isSeen: (channelId: string) => boolean,
): readonly NetPlanEntry[] {
  const nets = new Map<string, NetPlanEntry>();
  const slots = new Set<number>();
  for (const { netPlan } of [...roles].sort(byRank)) {
    for (const net of netPlan) {
      if (nets.has(net.channelId) || !isSeen(net.channelId)) continue;
      const isFree = net.slot === null || !slots.has(net.slot);
      nets.set(net.channelId, isFree ? net : { ...net, slot: null });
      if (net.slot !== null) slots.add(net.slot);
    }
  }
  return [...nets.values()];
}

/** Highest first; of equals, by id, so that the plan is the same each time. */
function byRank(one: RoleRecord, other: RoleRecord): number {
  return other.rank - one.rank || (one.id < other.id ? -1 : 1);
}
