import { WireError, type PriorityClass, type TalkTargetSpec } from '@sidetone/protocol';
import type { AudioRoute, RouteScope } from '../audio/audio-route.js';
import type { Roster } from '../audio/roster.js';
import type { RouteTable } from '../audio/route-table.js';
import type { Talker } from './talker.js';
import { mayWhisper } from '../audio/talk-rights.js';

/** One route of a target: there already, or to be opened for it. */
export type PlannedRoute =
  | { readonly existing: AudioRoute; readonly scope: RouteScope }
  | { readonly existing: null; readonly scope: RouteScope };

/** What is asked for: where to, and in which class. */
export interface AskedTalk {
  readonly target: TalkTargetSpec;
  readonly priority: PriorityClass;
}

/**
 * What routes a target needs: each channel's own, one for all whispered users, one for the shout.
 * Throws `WireError` where the talker may not talk to any of it.
 */
export function planTarget(
  { target: spec, priority }: AskedTalk,
  talker: Talker,
  roster: Roster,
  routes: RouteTable,
): readonly PlannedRoute[] {
  const plan: PlannedRoute[] = (spec.channels ?? []).map((channelId) =>
    planChannel(channelId, talker, roster, routes),
  );
  if (spec.users !== undefined && spec.users.length > 0) {
    plan.push(planWhisper(spec.users, talker, roster));
  }
  if (spec.subtree !== undefined) {
    channelRoute(spec.subtree, talker, roster, routes);
    plan.push(planShout(spec.subtree, priority, talker, roster));
  }
  if (plan.length > 0) return plan;
  throw new WireError('INVALID_PARAMS', 'the target is empty; name channels, users or a subtree', {
    details: { path: '/target' },
  });
}

function planChannel(
  channelId: string,
  talker: Talker,
  roster: Roster,
  routes: RouteTable,
): PlannedRoute {
  const existing = channelRoute(channelId, talker, roster, routes);
  if (!roster.members(channelId).has(talker.id)) {
    throw new WireError(
      'NOT_JOINED',
      `channel "${channelId}" is not joined; join it to speak there`,
    );
  }
  if (!roster.allows(talker.id, 'SPEAK', { channelId })) {
    throw denied('speak in', `channel "${channelId}"`);
  }
  return { existing, scope: existing.scope };
}

/**
 * Users who are not there now are named all the same: the whisper reaches them when they come. Who
 * may not be seen counts as not there, or a refusal would tell.
 */
function planWhisper(users: readonly string[], talker: Talker, roster: Roster): PlannedRoute {
  for (const userId of users) {
    for (const session of roster.sessionsOfUser(talker.organizationId, userId)) {
      if (session.id === talker.id) continue;
      if (!roster.sees(talker.id, session.id)) continue;
      if (!mayWhisper(roster, talker.id, session.id)) {
        throw denied('whisper to', `user "${userId}"`);
      }
    }
  }
  const scope = { kind: 'whisper', ownerId: talker.id, userIds: new Set(users) } as const;
  return { existing: null, scope };
}

function planShout(
  rootChannelId: string,
  asked: PriorityClass,
  talker: Talker,
  roster: Roster,
): PlannedRoute {
  if (!roster.allows(talker.id, 'SHOUT', { channelId: rootChannelId })) {
    throw denied('shout to', `channel "${rootChannelId}"`);
  }
  return { existing: null, scope: { kind: 'shout', ownerId: talker.id, rootChannelId, asked } };
}

function channelRoute(
  channelId: string,
  talker: Talker,
  roster: Roster,
  routes: RouteTable,
): AudioRoute {
  const route = routes.ofChannel(channelId);
  const known = route?.organizationId === talker.organizationId;
  if (route !== undefined && known && roster.allows(talker.id, 'VIEW', { channelId })) return route;
  throw new WireError('NOT_FOUND', `there is no channel "${channelId}" that you may see`);
}

function denied(action: string, where: string): WireError {
  return new WireError('ACCESS_DENIED', `you may not ${action} ${where}; ask for the permission`);
}
