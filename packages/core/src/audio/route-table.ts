import { randomUUID } from 'node:crypto';
import { FREE_NET, type RouteView } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { KeyService } from '../contracts/key-service.js';
import type { Logger } from '../contracts/logger.js';
import type { Hooks } from '../hook/hooks.js';
import { RouteKeyring } from '../key/route-keyring.js';
import { HANDLE_REST_MS, HandlePool } from '../talk/handle-pool.js';
import { noHandle } from '../talk/talk-limits.js';
import type { AudioRoute, RouteScope } from './audio-route.js';
import type { Roster } from './roster.js';
import { routeViewFor } from './route-view.js';
import { netOf, patchedWith } from './stance.js';

const MAX_ROUTES = 65_535;

interface RouteTableParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly keyService: KeyService;
  readonly roster: Roster;
  readonly tell: Hooks['tell'];
}

/** All routes of the server: one for each channel, and those of whispers and shouts. */
export class RouteTable {
  readonly #parts: RouteTableParts;
  readonly #handles: HandlePool;
  readonly #byId = new Map<string, AudioRoute>();
  readonly #byChannel = new Map<string, AudioRoute>();
  /** Whispers and shouts, by organization. */
  readonly #private = new Map<string, Set<AudioRoute>>();

  constructor(parts: RouteTableParts) {
    this.#parts = parts;
    this.#handles = new HandlePool({
      clock: parts.clock,
      max: MAX_ROUTES,
      restMs: HANDLE_REST_MS,
    });
  }

  get(routeId: string): AudioRoute | undefined {
    return this.#byId.get(routeId);
  }

  ofChannel(channelId: string): AudioRoute | undefined {
    return this.#byChannel.get(channelId);
  }

  /** Whispers and shouts. */
  privateOf(organizationId: string): Iterable<AudioRoute> {
    return this.#private.get(organizationId) ?? [];
  }

  /** The route itself and those of the nets that its own is patched with. */
  patchedWith(route: AudioRoute): readonly AudioRoute[] {
    if (route.scope.kind !== 'channel') return [route];
    const { channelId } = route.scope;
    const patched = patchedWith(this.#parts.roster, channelId);
    return patched.flatMap((id) => this.#byChannel.get(id) ?? []);
  }

  all(): Iterable<AudioRoute> {
    return this.#byId.values();
  }

  /** Throws `WireError` SERVER_FULL when no route handle is free. */
  open(organizationId: string, scope: RouteScope): AudioRoute {
    const handle = this.#handles.take();
    if (handle === null) throw noHandle('route');
    const channel = scope.kind === 'channel' ? { channel: scope.channelId } : {};
    const view: RouteView = { id: randomUUID(), handle, kind: scope.kind, ...channel };
    const route = this.#create(organizationId, scope, view);
    this.#byId.set(view.id, route);
    if (scope.kind === 'channel') this.#byChannel.set(scope.channelId, route);
    else this.#privateSet(organizationId).add(route);
    void route.keyring.open();
    return route;
  }

  /** Forgets the route with its keys; its handle rests. */
  close(route: AudioRoute): void {
    if (!this.#byId.delete(route.view.id)) return;
    const { scope, organizationId, keyring, view } = route;
    if (scope.kind === 'channel') this.#byChannel.delete(scope.channelId);
    else this.#privateSet(organizationId).delete(route);
    keyring.close();
    this.#handles.release(view.handle);
  }

  closeAll(): void {
    for (const route of [...this.#byId.values()]) this.close(route);
  }

  #create(organizationId: string, scope: RouteScope, view: RouteView): AudioRoute {
    const { clock, log, keyService, roster, tell } = this.#parts;
    const keyring = new RouteKeyring({
      clock,
      log,
      keyService,
      route: view,
      viewFor: (sessionId) => routeViewFor({ view, scope }, sessionId, roster),
      outletOf: (sessionId) => roster.session(sessionId)?.outlet,
      rotated: (epoch) => tell('keyRotated', { organizationId, routeId: view.id, epoch }),
    });
    const channelId = scope.kind === 'channel' ? { channelId: scope.channelId } : {};
    return {
      organizationId,
      scope,
      view,
      ruleRoute: { id: view.id, kind: scope.kind, organizationId, ...channelId },
      keyring,
      lines: new Set(),
      talking: new Set(),
      net: scope.kind === 'channel' ? netOf(roster, scope.channelId) : FREE_NET,
      audience: null,
    };
  }

  #privateSet(organizationId: string): Set<AudioRoute> {
    let routes = this.#private.get(organizationId);
    if (routes === undefined) {
      routes = new Set();
      this.#private.set(organizationId, routes);
    }
    return routes;
  }
}
