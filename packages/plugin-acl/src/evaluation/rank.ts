import type { IndexedRole, RoleIndex } from './role-index.js';
import type { SubjectFacts } from './subject-facts.js';

/**
 * The highest rank of the roles that hold at the organization, 0 with none. A server administrator
 * stands above all. The in-channel role gives no rank: nobody rises by walking into a channel.
 */
export function rankOf(index: RoleIndex, facts: SubjectFacts): number {
  if (facts.administrator) return Number.POSITIVE_INFINITY;
  return rankOfRoles(index.heldRoles(facts, false).values());
}

export function rankOfRoles(roles: Iterable<IndexedRole>): number {
  return Math.max(0, ...Array.from(roles, ({ record }) => record.rank));
}
