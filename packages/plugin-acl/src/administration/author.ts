import type { Actor, Directory, DirectorySession, PermissionName } from '@sidetone/core';
import { subjectFacts } from '../evaluation/subject-facts.js';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import { SubjectRights } from '../policy/subject-rights.js';

/** Who asks for a change, with what they may do at the moment that they are asked about. */
export interface Author {
  readonly actor: Actor;
  /** Infinity: above everybody. */
  rank(): number;
  /** At a channel, or at the organization. */
  allows(permission: string, channelId?: string): boolean;
}

/** The program and its administrators, who may do everything. */
export function programAuthor(name: string): Author {
  return {
    actor: { kind: 'program', name },
    rank: () => Number.POSITIVE_INFINITY,
    allows: () => true,
  };
}

/** A participant, as their roles have it. */
export function sessionAuthor(
  { id, organizationId, identity }: DirectorySession,
  { directory, roles }: { readonly directory: Directory; readonly roles: OrganizationRoles },
): Author {
  const subject = { sessionId: id, organizationId, identity };
  const access = new SubjectRights({ subject, roles, directory });
  const facts = subjectFacts(identity);
  return {
    actor: { kind: 'session', sessionId: id, userId: identity.userId },
    rank: () => roles.rankOf(facts),
    allows: (permission, channelId) =>
      // Names come from roles and overrides, which keep those of plugins that are gone, too.
      access.allows(permission as PermissionName, channelId === undefined ? {} : { channelId }),
  };
}
