import {
  permissions,
  WireError,
  type AccessExplanation,
  type AccessReasonView,
  type AccessRuleView,
} from '@sidetone/protocol';
import type {
  AccessReason,
  AccessRule,
  AccessScope,
  PermissionName,
  SubjectAccess,
} from '../contracts/access-policy.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import { mayViewSession } from '../organization/visible.js';
import { grantedPermissions } from '../session/granted.js';
import type { Session } from '../session/session.js';

const MOST_REASONS = 64;
const MOST_TEXT = 1024;
/** What nobody needs to be allowed to do to themselves. */
const OVER_ONESELF: readonly string[] = ['VIEW', 'MUTE', 'DEAFEN', 'MOVE', 'KICK'];

/** Whose rights are asked about. */
export interface AskedSubject {
  readonly userId: string;
  /** `null`: they are not here now. */
  readonly sessionId: string | null;
  readonly access: SubjectAccess;
}

interface Question {
  readonly permission: string;
  readonly scope: AccessScope;
  /** `null`: the embedding program, which may see everything. */
  readonly asker: Session | null;
}

/** Throws `WireError` INVALID_PARAMS for what can be no permission. */
export function requireKnown(permission: string): asserts permission is PermissionName {
  const known: readonly string[] = permissions;
  if (permission.includes('.') || known.includes(permission)) return;
  throw new WireError('INVALID_PARAMS', `there is no permission "${permission}"`, {
    details: { path: '/permission' },
  });
}

export function grantedTo(
  { dependencies }: World,
  access: SubjectAccess,
  scope: AccessScope,
): string[] {
  return grantedPermissions(access, scope, dependencies.accessPolicy.permissions?.() ?? []);
}

/**
 * A user who need not be here: as one of their sessions, or as the policy would have them come.
 * `null`: nobody who could be in the organization.
 */
export async function userAccess(
  { registry, dependencies }: World,
  organization: Organization,
  userId: string,
): Promise<AskedSubject | null> {
  const [present] = registry.sessionsOfUser(organization.id, userId);
  if (present) return { userId, sessionId: present.id, access: present.access };
  const { accountStore, memberStore, accessPolicy } = dependencies;
  const [account, member] = await Promise.all([
    accountStore.get(userId),
    memberStore.get(organization.id, userId),
  ]);
  if (!member && (!account || organization.record.admission !== 'open')) return null;
  const displayName = member?.displayName ?? account?.displayName ?? userId;
  const administrator = account?.administrator ?? false;
  const identity = { userId, displayName, guest: false, administrator };
  const subject = { sessionId: null, organizationId: organization.id, identity };
  return { userId, sessionId: null, access: await accessPolicy.load(subject) };
}

/** What the policy says, and what core adds; nothing in it that the asker may not see. */
export function explanationFor(
  organization: Organization,
  { access, userId, sessionId }: AskedSubject,
  { permission, scope, asker }: Question,
): AccessExplanation {
  requireKnown(permission);
  const byCore = ofCore(organization, sessionId, permission, scope);
  if (byCore !== null) {
    return { allowed: true, because: [{ text: byCore, effect: 'allow' }] };
  }
  const eyes = asker?.access ?? everything;
  const { allowed, because } = access.explain(permission, scope, eyes);
  const reasons = because.slice(0, MOST_REASONS).map((reason) => {
    return viewOf(reason, (rule) => asker === null || mayKnow(organization, asker, userId, rule));
  });
  if (reasons.length > 0) return { allowed, because: reasons };
  // A policy has to give one; without any the answer would be no answer.
  const effect = allowed ? 'allow' : 'deny';
  return { allowed, because: [{ text: 'the access policy gives no reason', effect }] };
}

const everything: Pick<SubjectAccess, 'allows'> = { allows: () => true };

/** Where core does not ask the policy, or not it alone. */
function ofCore(
  organization: Organization,
  subjectId: string | null,
  permission: string,
  { sessionId, channelId }: AccessScope,
): string | null {
  if (sessionId === undefined || subjectId === null) return null;
  if (sessionId === subjectId) {
    const own = OVER_ONESELF.includes(permission);
    return own ? `nobody needs ${permission} for themselves` : null;
  }
  if (permission !== 'VIEW' || channelId !== undefined) return null;
  const [subject, other] = [subjectId, sessionId].map((id) => organization.sessions.get(id));
  if (!subject || !other || !mayViewSession(organization, subject, other)) return null;
  if (subject.access.allows('VIEW', { sessionId })) return null;
  return 'who is in a channel with somebody sees them';
}

function viewOf(
  { text, effect, rules }: AccessReason,
  mayName: (rule: AccessRule) => boolean,
): AccessReasonView {
  if (rules && !rules.every(mayName)) {
    return { text: 'a rule that you cannot see', effect };
  }
  const shown = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 3)}...` : text;
  if (!rules) return { text: shown, effect };
  return { text: shown, effect, rules: rules.slice(0, MOST_REASONS).map(ruleView) };
}

function mayKnow(
  organization: Organization,
  asker: Session,
  subjectUserId: string,
  { channelId, userId }: AccessRule,
): boolean {
  if (channelId !== undefined && !asker.seenChannels.has(channelId)) return false;
  if (userId === undefined || userId === subjectUserId || userId === asker.userId) return true;
  for (const id of asker.seenParticipants) {
    if (organization.sessions.get(id)?.userId === userId) return true;
  }
  return false;
}

function ruleView({ kind, permission, roleId, userId, channelId }: AccessRule): AccessRuleView {
  return {
    kind,
    permission,
    ...(roleId === undefined ? {} : { role: roleId }),
    ...(userId === undefined ? {} : { user: userId }),
    ...(channelId === undefined ? {} : { channel: channelId }),
  };
}
