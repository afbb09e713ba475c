import type { DirectorySession, MethodCaller } from '@sidetone/core';
import { WireError } from '@sidetone/protocol';
import { subjectFacts } from '../evaluation/subject-facts.js';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import { sessionAuthor, type Author } from './author.js';
import type { RoleDesk } from './role-desk.js';
import type { RoleDesks } from './role-desks.js';

/** A participant who asks for something about roles. */
export interface AclCall {
  readonly session: DirectorySession;
  readonly author: Author;
  readonly desk: RoleDesk;
  readonly roles: OrganizationRoles;
  /** Ids of the roles that the participant has at the organization now. */
  readonly held: () => ReadonlySet<string>;
}

export async function openCall(
  { organizationId, sessionId }: MethodCaller,
  desks: RoleDesks,
): Promise<AclCall> {
  const { directory, books } = desks.parts;
  const session = directory().session(sessionId);
  if (session === undefined) {
    throw new WireError('NOT_AUTHENTICATED', 'it needs a session that has not ended');
  }
  const roles = await books.open(organizationId);
  const author = sessionAuthor(session, { directory: directory(), roles });
  const facts = subjectFacts(session.identity);
  return {
    session,
    author,
    desk: desks.of(organizationId),
    roles,
    held: () => new Set(roles.heldRoles(facts).map(({ id }) => id)),
  };
}
