import type { RouteView } from '@sidetone/protocol';
import type { RouteScope } from './audio-route.js';
import type { Roster } from './roster.js';

/**
 * The route as the session may know it: over a patch people hear nets that they may not see, and
 * those are not named.
 */
export function routeViewFor(
  { view, scope }: { readonly view: RouteView; readonly scope: RouteScope },
  sessionId: string,
  roster: Roster,
): RouteView {
  if (scope.kind !== 'channel') return view;
  const { channelId } = scope;
  const sees =
    roster.members(channelId).has(sessionId) || roster.allows(sessionId, 'VIEW', { channelId });
  if (sees) return view;
  const { id, handle, kind } = view;
  return { id, handle, kind };
}
