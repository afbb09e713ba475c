import { WireError, type MethodResult } from '@sidetone/protocol';
import { ownMembershipView, type Membership } from '../session/membership.js';
import { requireSession, visibleChannel, type CommandContext, type Commands } from './command.js';
import { checkRoom, enterable, provePassword, requireEntry } from './entry.js';

type MembershipCommands = Pick<
  Commands,
  'channel.join' | 'channel.leave' | 'channel.setMembership'
>;

/** A session's own memberships. */
export const membershipCommands: MembershipCommands = {
  'channel.join': {
    cost: 1,
    audited: false,
    secret: ['password'],
    async run(context, { channel: id, listening, password }) {
      const { world, organization } = context;
      const session = requireSession(context);
      const before = await provePassword(context, id, password);
      // Anything may have happened meanwhile: from here on it is one turn.
      requireSession(context);
      const channel = enterable(context, id);
      if (!channel.members.has(session.id)) {
        requireEntry(context, channel, before);
        checkRoom(context, channel, session);
        world.sessions.join(organization, session, channel, { listening: listening ?? true });
      }
      return joined(context, id);
    },
    again: (context, { channel }) => joined(context, channel),
  },

  'channel.leave': {
    cost: 1,
    audited: false,
    run(context, { channel: id }) {
      const session = requireSession(context);
      const channel = visibleChannel(context, id);
      requireMembership(context, id);
      context.world.sessions.leave(context.organization, session, channel, 'left');
      return {};
    },
  },

  'channel.setMembership': {
    cost: 1,
    audited: false,
    run(context, { channel: id, listening, selected, muted, deafened }) {
      const { world, organization } = context;
      const session = requireSession(context);
      const channel = visibleChannel(context, id);
      const membership = requireMembership(context, id);
      const before = { ...membership };
      // One by one: unknown fields pass the schema, and a membership has some that are not its own.
      membership.listening = listening ?? before.listening;
      membership.selected = selected ?? before.selected;
      membership.muted = muted ?? before.muted;
      membership.deafened = deafened ?? before.deafened;
      const onlySelf =
        before.listening === membership.listening &&
        before.muted === membership.muted &&
        before.deafened === membership.deafened;
      if (!onlySelf || before.selected !== membership.selected) {
        world.plane.changed({ sessionId: session.id, channelId: id });
        world.publisher.membershipChanged(organization, channel, session, { onlySelf });
      }
      return { membership: ownMembershipView(membership) };
    },
  },
};

async function joined(
  context: CommandContext,
  channelId: string,
): Promise<MethodResult<'channel.join'>> {
  const session = requireSession(context);
  const keys = await context.world.plane.keys(session.id, { channelId });
  const membership = session.memberships.get(channelId);
  if (!membership) throw new WireError('NOT_JOINED', 'the membership ended meanwhile');
  return { membership: ownMembershipView(membership), keys: [...keys] };
}

function requireMembership(context: CommandContext, channelId: string): Membership {
  const membership = requireSession(context).memberships.get(channelId);
  if (membership) return membership;
  throw new WireError('NOT_JOINED', 'join the channel first');
}
