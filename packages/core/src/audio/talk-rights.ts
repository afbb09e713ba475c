import { Priorities, type PriorityClass } from '@sidetone/protocol';
import type { Bar, TalkLine } from './talk-line.js';
import type { Roster } from './roster.js';

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
    return roster.allows(sessionId, 'SPEAK', { channelId: scope.channelId }) ? null : 'revoked';
  }
  if (session.muted) return 'muted';
  // Of a whisper each listener is asked about on its own, when the route is compiled.
  if (scope.kind === 'whisper') return null;
  return roster.allows(sessionId, 'SHOUT', { channelId: scope.rootChannelId }) ? null : 'revoked';
}

/** The priority asked for, lowered to what the talker may have on the line's route. */
export function priorityOf({ route, target }: TalkLine, roster: Roster): PriorityClass {
  const { scope } = route;
  const sessionId = target.talker.id;
  const highest =
    scope.kind === 'channel'
      ? roster.members(scope.channelId).get(sessionId)?.maxPriority
      : highestGranted(roster, sessionId, scope.kind === 'shout' ? scope.rootChannelId : undefined);
  return Math.min(target.askedPriority, highest ?? Priorities.background) as PriorityClass;
}

function highestGranted(
  roster: Roster,
  sessionId: string,
  channelId: string | undefined,
): PriorityClass {
  const scope = channelId === undefined ? {} : { channelId };
  if (roster.allows(sessionId, 'EMERGENCY', scope)) return Priorities.emergency;
  return roster.allows(sessionId, 'PRIORITY', scope) ? Priorities.priority : Priorities.normal;
}
