import { randomBytes } from 'node:crypto';
import { MAX_SENDER_INDEX, ROUTE_SECRET_BYTES, type VoiceError } from '@sidetone/protocol';
import type { KeyService, RouteEpoch } from '../contracts/key-service.js';
import { coreError } from '../error/error-codes.js';

interface RouteState {
  newest: RouteEpoch;
  nextSender: number;
}

/**
 * The default {@link KeyService}: this server makes the secrets, from the system's generator, and
 * forgets them with the route. It can hear what it forwards: this is not end-to-end encryption.
 */
export class ServerKeyService implements KeyService {
  readonly #routes = new Map<string, RouteState>();

  current(routeId: string): Promise<RouteEpoch> {
    return Promise.resolve(this.#route(routeId).newest);
  }

  rotate(routeId: string): Promise<RouteEpoch> {
    const route = this.#route(routeId);
    route.newest = createEpoch(route.newest.epoch + 1);
    return Promise.resolve(route.newest);
  }

  /** Counts up over the whole life of the route: an index is never given twice. */
  allocateSender(routeId: string, sourceId: string): Promise<number> {
    const route = this.#route(routeId);
    if (route.nextSender > MAX_SENDER_INDEX) return Promise.reject(exhausted(routeId, sourceId));
    return Promise.resolve(route.nextSender++);
  }

  release(routeId: string): Promise<void> {
    this.#routes.get(routeId)?.newest.secret.fill(0);
    this.#routes.delete(routeId);
    return Promise.resolve();
  }

  #route(routeId: string): RouteState {
    let route = this.#routes.get(routeId);
    if (route === undefined) {
      route = { newest: createEpoch(0), nextSender: 0 };
      this.#routes.set(routeId, route);
    }
    return route;
  }
}

function createEpoch(epoch: number): RouteEpoch {
  return { epoch, secret: new Uint8Array(randomBytes(ROUTE_SECRET_BYTES)) };
}

function exhausted(routeId: string, sourceId: string): VoiceError {
  return coreError(
    'ERR_KEY_SENDERS_EXHAUSTED',
    `route "${routeId}" has given all its sender indices, none is left for source "${sourceId}"; open a new route`,
  );
}
