/** A session as one route could reach it; of a shout, once for each of its memberships below. */
export interface Listener {
  /** The session's handle. */
  readonly handle: number;
  /** The membership listens; true where no membership is needed. */
  readonly listening: boolean;
  /** By itself on all nets, by itself on this one, or by a moderator. */
  readonly deafened: boolean;
  /** The access policy lets the session hear the route. */
  readonly permitted: boolean;
  readonly selected: boolean;
  /** Lower is earlier; `Infinity` where there is no membership. */
  readonly joinOrder: number;
  /** The membership is of a net that is patched with the route's own. */
  readonly overPatch: boolean;
}

export interface CompilableRoute {
  readonly listeners: readonly Listener[];
  /** Handles to which a route rule does not let this talker through. */
  readonly ruledOut: ReadonlySet<number>;
}

interface Choice {
  readonly route: number;
  readonly listener: Listener;
}

/**
 * The sinks of one talk target: for each of its routes the handles of the sessions that get the
 * talker's frames on it. Whoever is reached by several routes gets one copy, on its selected net
 * first, then on the one it joined first, then on that net's own route before one that a patch
 * brings there, then on the route that the target names first.
 */
export function compileTarget(
  talkerHandle: number,
  routes: readonly CompilableRoute[],
): readonly Uint32Array[] {
  const chosen = new Map<number, Choice>();
  routes.forEach(({ listeners, ruledOut }, route) => {
    for (const listener of listeners) {
      if (listener.handle === talkerHandle || !hears(listener)) continue;
      if (ruledOut.has(listener.handle)) continue;
      const other = chosen.get(listener.handle);
      if (other === undefined || isPreferred(listener, other.listener)) {
        chosen.set(listener.handle, { route, listener });
      }
    }
  });
  const sinks = routes.map((): number[] => []);
  for (const [handle, { route }] of chosen) sinks[route]?.push(handle);
  return sinks.map((handles) => Uint32Array.from(handles));
}

function hears(listener: Listener): boolean {
  return listener.listening && !listener.deafened && listener.permitted;
}

function isPreferred(a: Listener, b: Listener): boolean {
  if (a.selected !== b.selected) return a.selected;
  if (a.joinOrder !== b.joinOrder) return a.joinOrder < b.joinOrder;
  // One membership, reached by its own net and over a patch.
  return !a.overPatch && b.overPatch;
}
