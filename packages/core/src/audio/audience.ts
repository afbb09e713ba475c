import type { AudioRoute, RouteScope } from './audio-route.js';
import type { Listener } from './route-compiler.js';
import type { Roster, RosterMembership, RosterSession } from './roster.js';
import { mayWhisper } from './talk-rights.js';
import { netOf, passesStance, patchedWith } from './stance.js';

/** A listener together with what route rules want to know of it. */
export interface AudienceMember extends Listener {
  readonly sessionId: string;
  readonly userId: string;
}
export type Audience = readonly AudienceMember[];

type Scope<K extends RouteScope['kind']> = Extract<RouteScope, { kind: K }>;

/** Everybody whom a route could reach, with the flags that decide whether it does. */
export function gatherAudience(roster: Roster, { scope, organizationId }: AudioRoute): Audience {
  switch (scope.kind) {
    case 'channel':
      return patchedWith(roster, scope.channelId).flatMap((channelId) =>
        ofChannel(roster, channelId, channelId !== scope.channelId),
      );
    case 'whisper':
      return ofWhisper(roster, scope, organizationId);
    case 'shout':
      return ofShout(roster, scope);
  }
}

function ofChannel(roster: Roster, channelId: string, overPatch: boolean): AudienceMember[] {
  const audience: AudienceMember[] = [];
  for (const [sessionId, membership] of roster.members(channelId)) {
    const session = roster.session(sessionId);
    if (session === undefined) continue;
    const permitted = roster.allows(sessionId, 'LISTEN', { channelId });
    audience.push({ ...ofMembership(session, membership, permitted), overPatch });
  }
  return audience;
}

function ofMembership(
  session: RosterSession,
  membership: RosterMembership,
  permitted: boolean,
): Omit<AudienceMember, 'overPatch'> {
  const { listening, selected, joinOrder, deafened, deafenedByModerator } = membership;
  return {
    sessionId: session.id,
    userId: session.userId,
    handle: session.handle,
    listening,
    deafened: session.deafened || deafened || deafenedByModerator,
    permitted,
    selected,
    joinOrder,
  };
}

function ofWhisper(roster: Roster, scope: Scope<'whisper'>, organizationId: string): Audience {
  return [...scope.userIds]
    .flatMap((userId) => roster.sessionsOfUser(organizationId, userId))
    .map((session) => ({
      sessionId: session.id,
      userId: session.userId,
      handle: session.handle,
      listening: true,
      deafened: session.deafened,
      permitted: mayWhisper(roster, scope.ownerId, session.id),
      selected: false,
      joinOrder: Infinity,
      overPatch: false,
    }));
}

/** A channel below that closes itself to shouts is left out, or whose stance does not let it in. */
function ofShout(roster: Roster, scope: Scope<'shout'>): AudienceMember[] {
  const { ownerId: sessionId, asked } = scope;
  return roster
    .subtree(scope.rootChannelId)
    .filter((channelId) => roster.allows(sessionId, 'SHOUT', { channelId }))
    .filter((channelId) =>
      passesStance(netOf(roster, channelId), roster, { sessionId, channelId, asked }),
    )
    .flatMap((channelId) => ofChannel(roster, channelId, false))
    .filter((member) => roster.sees(member.sessionId, sessionId));
}
