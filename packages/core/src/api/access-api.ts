import { WireError, type AccessExplanation } from '@sidetone/protocol';
import {
  explanationFor,
  grantedTo,
  requireKnown,
  userAccess,
  type AskedSubject,
} from '../access/explanation.js';
import type { AccessScope } from '../contracts/access-policy.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';

/** Whose rights: of a participant who is here, or of a user who need not be. */
export type AccessSubjectId = { readonly session: string } | { readonly user: string };

/** Who may do what in one organization, and why. */
export interface AccessApi {
  /**
   * As `access.explain`, with nothing left out. `on`: the session that it would be used on, for
   * instance by MUTE. Rejects with `WireError`: NOT_FOUND, INVALID_PARAMS.
   */
  explain(
    question: AccessSubjectId & {
      readonly permission: string;
      readonly channel?: string;
      readonly on?: string;
    },
  ): Promise<AccessExplanation>;
  /** As `access.list`: permissions held in the channel, or in the organization as a whole. */
  list(question: AccessSubjectId & { readonly channel?: string }): Promise<readonly string[]>;
}

export function createAccessApi(world: World, organization: Organization): AccessApi {
  return {
    async explain({ permission, channel, on, ...of }) {
      requireKnown(permission);
      const scope = scopeOf(organization, channel, on);
      const subject = await subjectOf(world, organization, of);
      return explanationFor(organization, subject, { permission, scope, asker: null });
    },
    async list({ channel, ...of }) {
      const scope = scopeOf(organization, channel, undefined);
      const { access } = await subjectOf(world, organization, of);
      return grantedTo(world, access, scope);
    },
  };
}

async function subjectOf(
  world: World,
  organization: Organization,
  of: AccessSubjectId,
): Promise<AskedSubject> {
  if ('session' in of) {
    const session = organization.sessions.get(of.session);
    if (!session) throw new WireError('NOT_FOUND', `there is no participant "${of.session}"`);
    const { userId, id: sessionId, access } = session;
    return { userId, sessionId, access };
  }
  const subject = await userAccess(world, organization, of.user);
  if (subject) return subject;
  throw new WireError('NOT_FOUND', `there is no user "${of.user}"`);
}

function scopeOf(
  { tree, sessions }: Organization,
  channelId: string | undefined,
  sessionId: string | undefined,
): AccessScope {
  if (channelId !== undefined && !tree.get(channelId)) {
    throw new WireError('NOT_FOUND', `there is no channel "${channelId}"`);
  }
  if (sessionId !== undefined && !sessions.has(sessionId)) {
    throw new WireError('NOT_FOUND', `there is no participant "${sessionId}"`);
  }
  return {
    ...(channelId === undefined ? {} : { channelId }),
    ...(sessionId === undefined ? {} : { sessionId }),
  };
}
