import type { PriorityClass } from '@sidetone/protocol';
import type { RouteScope } from './audio-route.js';
import type { Bar, TalkLine } from './talk-line.js';
import type { Roster } from './roster.js';
import { highestGranted, netOf, passesStance } from './stance.js';

/** What keeps the line's talker from being heard on its route now; `null`: nothing. */
export function barOf({ cut, route, target }: TalkLine, roster: Roster): Bar | null {
  const { scope } = route;
  const sessionId = target.talker.id;
  const session = roster.session(sessionId);
  if (cut || session === undefined) return 'revoked';
  if (scope.kind === 'channel') {
    const membership = roster.members(scope.channelId).get(sessionId);
    if (membership === undefined) return 'revoked';
    if (membership.muted || membership.mutedByModerator || session.muted) return 'muted';
    const { channelId } = scope;
    if (!roster.allows(sessionId, 'SPEAK', { channelId })) return 'revoked';
    const question = { sessionId, channelId, asked: target.askedPriority };
    return passesStance(route.net, roster, question) ? null : 'restricted';
  }
  if (session.muted) return 'muted';
  // Of a whisper each listener is asked about on its own, when the route is compiled.
  if (scope.kind === 'whisper') return null;
  if (!roster.allows(sessionId, 'SHOUT', { channelId: scope.rootChannelId })) return 'revoked';
  return isKeptOut(scope, roster) ? 'restricted' : null;
}

/** Whether each net that the shout goes to has a stance that does not let it in. */
function isKeptOut(
  { rootChannelId, ownerId: sessionId, asked }: Extract<RouteScope, { kind: 'shout' }>,
  roster: Roster,
): boolean {
  const nets = roster
    .subtree(rootChannelId)
    .filter((channelId) => roster.allows(sessionId, 'SHOUT', { channelId }));
  const isClosed = (channelId: string): boolean =>
    !passesStance(netOf(roster, channelId), roster, { sessionId, channelId, asked });
  return nets.length > 0 && nets.every(isClosed);
}

/** Whoever hears a voice learns whose it is: it reaches nobody who may not see the talker. */
export function mayWhisper(roster: Roster, talkerId: string, sessionId: string): boolean {
  if (!roster.sees(talkerId, sessionId) || !roster.sees(sessionId, talkerId)) return false;
  return roster.allows(talkerId, 'WHISPER', { sessionId });
}

/** The priority asked for, lowered to what the talker may have on the line's route. */
export function priorityOf({ route, target }: TalkLine, roster: Roster): PriorityClass {
  const { scope } = route;
  const sessionId = target.talker.id;
  const highest =
    scope.kind === 'channel'
      ? roster.members(scope.channelId).get(sessionId)?.maxPriority
      : highestGranted(roster, sessionId, scope.kind === 'shout' ? scope.rootChannelId : undefined);
  return Math.min(target.askedPriority, highest ?? 0) as PriorityClass;
}
