import type { OverrideSubject } from '@sidetone/core';
import { subjectFacts } from '../evaluation/subject-facts.js';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import type { Author } from './author.js';
import { denied } from './refusal.js';
import type { RoleDesk } from './role-desk.js';

/** Of users: with what their sessions have beside the roles that they were given. */
export async function rankOfSubject(
  desk: RoleDesk,
  roles: OrganizationRoles,
  { kind, id }: OverrideSubject,
): Promise<number> {
  if (kind === 'role') return roles.role(id)?.rank ?? 0;
  const { parts, organizationId } = desk;
  const account = await desk.ask(() => parts.accounts.get(id));
  const identity = { userId: id, displayName: '', guest: false };
  const administrator = account?.administrator ?? false;
  const ranks = [roles.rankOf(subjectFacts({ ...identity, administrator }))];
  for (const session of parts.directory().sessions(organizationId)) {
    if (session.identity.userId === id) ranks.push(roles.rankOf(subjectFacts(session.identity)));
  }
  return Math.max(...ranks);
}

/** A role that denies something would keep superiors from what is theirs; oneself may be kept. */
export async function requireNotAbove(
  desk: RoleDesk,
  author: Author,
  roles: OrganizationRoles,
  userId: string,
): Promise<void> {
  const { actor } = author;
  if (actor.kind === 'session' && actor.userId === userId) return;
  const rank = await rankOfSubject(desk, roles, { kind: 'user', id: userId });
  const own = author.rank();
  if (rank > own) throw denied('that user stands above you', { rank, own });
}
