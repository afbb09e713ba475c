import type { AudioRoute } from '../audio/audio-route.js';
import type { Roster } from '../audio/roster.js';
import { patchedWith } from '../audio/stance.js';
import { mayWhisper } from '../audio/talk-rights.js';
import type { Entitlement } from './entitlement.js';

/**
 * What a session may have of a route's keys now. Listening and deafened flags do not count: they
 * change what is forwarded, and toggling them must not rotate keys.
 */
export function entitlementTo(
  route: AudioRoute,
  sessionId: string,
  roster: Roster,
): Entitlement | null {
  const { scope } = route;
  if (scope.kind === 'channel') {
    const nets = patchedWith(roster, scope.channelId);
    if (nets.some((channelId) => hearsNet(roster, sessionId, channelId))) return 'secret';
    return roster.members(scope.channelId).has(sessionId) ? 'send' : null;
  }
  if (hearsPrivately(route, sessionId, roster)) return 'secret';
  return scope.ownerId === sessionId ? 'send' : null;
}

function hearsPrivately(route: AudioRoute, sessionId: string, roster: Roster): boolean {
  const { scope } = route;
  const session = roster.session(sessionId);
  if (session === undefined || session.organizationId !== route.organizationId) return false;
  if (scope.kind === 'whisper') {
    const named = scope.userIds.has(session.userId);
    return named && mayWhisper(roster, scope.ownerId, sessionId);
  }
  if (scope.kind === 'channel') return false;
  if (!roster.sees(sessionId, scope.ownerId)) return false;
  const joined = new Set(roster.channelsOf(sessionId));
  return roster
    .subtree(scope.rootChannelId)
    .some(
      (channelId) =>
        joined.has(channelId) &&
        mayListen(roster, sessionId, channelId) &&
        roster.allows(scope.ownerId, 'SHOUT', { channelId }),
    );
}

function hearsNet(roster: Roster, sessionId: string, channelId: string): boolean {
  return roster.members(channelId).has(sessionId) && mayListen(roster, sessionId, channelId);
}

function mayListen(roster: Roster, sessionId: string, channelId: string): boolean {
  return roster.allows(sessionId, 'LISTEN', { channelId });
}
