import type { PriorityClass, RouteView } from '@sidetone/protocol';

/** One talk handle: the way to one route within one registered target. */
export interface Lane {
  readonly handle: number;
  readonly route: RouteView;
  readonly priority: PriorityClass;
}

/**
 * The lanes to use for the targets held now: of several to one route the one of the highest
 * priority, then of the lowest handle, so that a listener's copy is sealed and sent once.
 */
export function selectLanes(targets: Iterable<readonly Lane[]>): Map<string, Lane> {
  const byRoute = new Map<string, Lane>();
  for (const lanes of targets) {
    for (const lane of lanes) {
      const chosen = byRoute.get(lane.route.id);
      if (!chosen || isBetter(lane, chosen)) byRoute.set(lane.route.id, lane);
    }
  }
  return byRoute;
}

function isBetter(lane: Lane, chosen: Lane): boolean {
  if (lane.priority !== chosen.priority) return lane.priority > chosen.priority;
  return lane.handle < chosen.handle;
}
