import { WireError } from '@sidetone/protocol';
import type { Session } from '../session/session.js';
import { checkRoom, requireEntry } from './entry.js';
import {
  requireOver,
  visibleChannel,
  visibleParticipant,
  type CommandContext,
  type Commands,
} from './command.js';

type ParticipantCommands = Pick<
  Commands,
  'participant.mute' | 'participant.deafen' | 'participant.move' | 'participant.kick'
>;

/** What is done to others, and by others to oneself. */
export const participantCommands: ParticipantCommands = {
  'participant.mute': {
    cost: 1,
    audited: true,
    run(context, { session: id, channel, muted }) {
      const own = context.session?.id === id;
      moderate(context, 'MUTE', id, channel, own ? { muted } : { mutedByModerator: muted });
      return {};
    },
  },

  'participant.deafen': {
    cost: 1,
    audited: true,
    run(context, { session: id, channel, deafened }) {
      const own = context.session?.id === id;
      const change = own ? { deafened } : { deafenedByModerator: deafened };
      moderate(context, 'DEAFEN', id, channel, change);
      return {};
    },
  },

  'participant.move': {
    cost: 1,
    audited: true,
    run(context, { session: id, from: fromId, to: toId }) {
      const { world, organization } = context;
      const participant = visibleParticipant(context, id);
      const from = visibleChannel(context, fromId);
      const to = visibleChannel(context, toId);
      requireOver(context, 'MOVE', { channelId: fromId, sessionId: id });
      requireOver(context, 'MOVE', { channelId: toId, sessionId: id });
      const membership = participant.memberships.get(fromId);
      if (!membership) throw new WireError('NOT_JOINED', `"${id}" is not in "${from.name}"`);
      if (from === to) return {};
      if (!participant.seenChannels.has(toId)) {
        throw new WireError('ACCESS_DENIED', `"${id}" may not view "${to.name}"`);
      }
      if (!participant.memberships.has(toId)) {
        // Nobody takes themselves past the door: others are brought in by who may.
        if (participant === context.session) requireEntry(context, to);
        checkRoom(context, to, null);
        const { listening } = membership;
        const brought = !participant.access.allows('JOIN', { channelId: toId });
        world.sessions.join(organization, participant, to, { listening, brought });
      }
      world.sessions.leave(organization, participant, from, 'moved');
      installKeys(context, participant, toId);
      return {};
    },
  },

  'participant.kick': {
    cost: 1,
    audited: true,
    run(context, { session: id, reason }) {
      const participant = visibleParticipant(context, id);
      requireOver(context, 'KICK', { sessionId: id });
      const detail = reason ?? 'removed by a moderator';
      context.world.sessions.close(participant, 'kicked', detail, 'KICKED');
      return {};
    },
  },
};

type ModeratedFlags = 'muted' | 'deafened' | 'mutedByModerator' | 'deafenedByModerator';

function moderate(
  context: CommandContext,
  permission: 'MUTE' | 'DEAFEN',
  sessionId: string,
  channelId: string,
  flags: { readonly [F in ModeratedFlags]?: boolean },
): void {
  const { world, organization } = context;
  const channel = visibleChannel(context, channelId);
  const participant = visibleParticipant(context, sessionId);
  requireOver(context, permission, { channelId, sessionId });
  const membership = participant.memberships.get(channelId);
  if (!membership) throw new WireError('NOT_JOINED', `"${sessionId}" is not in "${channel.name}"`);
  Object.assign(membership, flags);
  world.sessions.moderated(participant, channel);
  world.plane.changed({ sessionId, channelId });
  world.publisher.membershipChanged(organization, channel, participant);
}

/** Who joins by itself gets the keys with the answer; who is moved gets them pushed. */
function installKeys({ world }: CommandContext, participant: Session, channelId: string): void {
  const { log } = world.dependencies;
  const install = async (): Promise<void> => {
    for (const keys of await world.plane.keys(participant.id, { channelId })) {
      await participant.outlet.installKeys(keys);
    }
  };
  install().catch((error: unknown) => {
    log.warn('a moved participant did not take its keys', {
      sessionId: participant.id,
      reason: error instanceof Error ? error.message : String(error),
    });
  });
}
