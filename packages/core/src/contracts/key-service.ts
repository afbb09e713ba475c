import { createToken, type Token } from '../token.js';

/** One epoch of a route's key. */
export interface RouteEpoch {
  /** 0, 1, 2 ... without gaps; the wire carries it modulo 16. */
  readonly epoch: number;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/**
 * Makes the keys of routes. When to rotate, to whom a key goes and when it becomes active is core's
 * business; where a secret comes from is this contract's. Only core holds the token:
 * `ctx.get(KeyService)` throws, so that no plugin reads a key, while one may provide the service.
 *
 * Route and source ids are UUIDs and global: several servers may share one service.
 */
export interface KeyService {
  /** The newest epoch; makes the first one of an unknown route. */
  current(routeId: string): Promise<RouteEpoch>;
  /** Makes and returns the epoch after the newest; `current` answers it from then on. */
  rotate(routeId: string): Promise<RouteEpoch>;
  /**
   * A sender index (below 2^28) that this route has never given before, in any epoch: who holds
   * the route's keys learns once whose it is, and keeps that. A source that cannot continue its
   * counter asks again, and gets a higher one.
   */
  allocateSender(routeId: string, sourceId: string): Promise<number>;
  /** Forgets the route and its secrets. Idempotent. */
  release(routeId: string): Promise<void>;
  /**
   * Only of services whose keys the clients agree on among themselves: passes on opaque bytes, in
   * the same order to all holders of the route.
   */
  relay?(routeId: string, fromSessionId: string, bytes: Uint8Array): Promise<void>;
}

export const KeyService: Token<KeyService> = createToken('KeyService');
