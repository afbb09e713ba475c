import { WireError } from '@sidetone/protocol';
import type { Channel } from '../channel/channel.js';
import type { Session } from '../session/session.js';
import {
  requirePermission,
  requireSession,
  visibleChannel,
  type CommandContext,
} from './command.js';

/** The channel, if the caller may join it. Throws `WireError` NOT_FOUND or ACCESS_DENIED. */
export function enterable(context: CommandContext, channelId: string): Channel {
  const channel = visibleChannel(context, channelId);
  requirePermission(context, 'JOIN', { channelId });
  return channel;
}

/**
 * Checks the password that was given, where the channel has one that the caller needs, and resolves
 * with the hash that it goes with; with `null` where nothing was checked. Throws `WireError`.
 */
export async function provePassword(
  context: CommandContext,
  channelId: string,
  password: string | undefined,
): Promise<string | null> {
  const session = requireSession(context);
  const channel = enterable(context, channelId);
  if (channel.members.has(session.id) || !needsPassword(context, channel)) return null;
  const { passwordHash } = channel;
  if (password === undefined || passwordHash === null) return null;
  // Who could not come in anyway need not wait for the check, nor the server make it.
  checkRoom(context, channel, session);
  await context.world.passwords.check(session, passwordHash, password);
  return passwordHash;
}

/**
 * What keeps the caller out of a channel that it may view, but for its room.
 * @param proven the hash of the password that it has shown to know
 */
export function requireEntry(
  context: CommandContext,
  channel: Channel,
  proven: string | null = null,
): void {
  requirePermission(context, 'JOIN', { channelId: channel.id });
  if (!needsPassword(context, channel) || channel.passwordHash === proven) return;
  const message =
    proven === null
      ? `"${channel.name}" asks for its password`
      : `the password of "${channel.name}" was changed meanwhile; give the new one`;
  throw new WireError('PASSWORD_REQUIRED', message);
}

function needsPassword({ session }: CommandContext, { id, passwordHash }: Channel): boolean {
  if (passwordHash === null || session === null) return false;
  return !session.access.allows('BYPASS_PASSWORD', { channelId: id });
}

/**
 * Asked in the turn that joins: two joins cannot pass one free seat.
 * @param joiner counts its channels; `null`: it leaves another one for this
 */
export function checkRoom(
  { world, session }: CommandContext,
  channel: Channel,
  joiner: Session | null,
): void {
  const { channelsJoined } = world.dependencies.options.limits;
  if (joiner && joiner.memberships.size >= channelsJoined) {
    throw new WireError('LIMIT_EXCEEDED', `a session joins at most ${channelsJoined} channels`, {
      details: { channelsJoined },
    });
  }
  const { participantLimit, members } = channel;
  if (participantLimit === null || members.size < participantLimit) return;
  if (session?.access.allows('BYPASS_LIMIT', { channelId: channel.id }) === true) return;
  throw new WireError('CHANNEL_FULL', `"${channel.name}" is full`, {
    details: { participantLimit },
  });
}
