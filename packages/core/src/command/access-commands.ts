import { WireError, type MethodParams } from '@sidetone/protocol';
import {
  explanationFor,
  grantedTo,
  requireKnown,
  userAccess,
  type AskedSubject,
} from '../access/explanation.js';
import type { AccessScope } from '../contracts/access-policy.js';
import type { Session } from '../session/session.js';
import {
  requirePermission,
  requireSession,
  visibleChannel,
  visibleParticipant,
  type CommandContext,
  type Commands,
} from './command.js';

/** What one may do, and why; of others, who manages their roles may ask. */
export const accessCommands: Pick<Commands, 'access.explain' | 'access.list'> = {
  'access.explain': {
    cost: 3,
    audited: false,
    async run(context, question) {
      const session = requireSession(context);
      const { permission } = question;
      requireKnown(permission);
      const scope = scopeOf(context, question);
      const subject = await subjectOf(context, session, question);
      // The account may have been asked for: rights and places are those of now.
      scopeOf(context, question);
      return explanationFor(context.organization, subject, { permission, scope, asker: session });
    },
  },

  'access.list': {
    cost: 1,
    audited: false,
    run(context, { channel }) {
      const session = requireSession(context);
      if (channel !== undefined) visibleChannel(context, channel);
      const scope = channel === undefined ? {} : { channelId: channel };
      return { permissions: grantedTo(context.world, session.access, scope) };
    },
  },
};

function scopeOf(
  context: CommandContext,
  { channel, session }: MethodParams<'access.explain'>,
): AccessScope {
  if (channel !== undefined) visibleChannel(context, channel);
  if (session !== undefined) visibleParticipant(context, session);
  return {
    ...(channel === undefined ? {} : { channelId: channel }),
    ...(session === undefined ? {} : { sessionId: session }),
  };
}

async function subjectOf(
  context: CommandContext,
  session: Session,
  { user, channel }: MethodParams<'access.explain'>,
): Promise<AskedSubject> {
  const { userId, id, access } = session;
  if (user === undefined || user === userId) return { userId, sessionId: id, access };
  const everywhere = access.allows('MANAGE_ROLES', {});
  if (!everywhere) {
    requirePermission(context, 'MANAGE_ROLES', channel === undefined ? {} : { channelId: channel });
  }
  const { world, organization } = context;
  const present = world.registry.sessionsOfUser(organization.id, user);
  const seen = present.find((each) => session.seenParticipants.has(each.id));
  if (seen) return { userId: user, sessionId: seen.id, access: seen.access };
  // Who manages roles at a channel alone learns of nobody whom they do not see.
  const subject = everywhere ? await userAccess(world, organization, user) : null;
  if (subject) return subject;
  throw new WireError('NOT_FOUND', `there is no user "${user}"`);
}
