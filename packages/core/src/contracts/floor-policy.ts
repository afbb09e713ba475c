import type { PriorityClass } from '@sidetone/protocol';
import { createToken, type Token } from '../token.js';

export interface FloorHolder {
  readonly sessionId: string;
  readonly priority: PriorityClass;
}

export interface FloorRequest {
  readonly routeId: string;
  readonly channelId?: string;
  readonly sessionId: string;
  readonly priority: PriorityClass;
  /** Who talks on the route now, in the order they started. */
  readonly holders: readonly FloorHolder[];
}

export type FloorDecision =
  | {
      readonly granted: true;
      /** Sessions whose transmission ends on this route. */ readonly preempt: readonly string[];
    }
  | { readonly granted: false; readonly code: 'NET_BUSY'; readonly holder?: string };

/**
 * Decides who may talk on a route, at the start of a transmission only: the first frame has
 * arrived already and waits for nothing, so it is synchronous and quick. A refused transmission is
 * dropped on this route until the talker releases; the talker gets `transmissionRefused`.
 */
export interface FloorPolicy {
  start(request: FloorRequest): FloorDecision;
}

export const FloorPolicy: Token<FloorPolicy> = createToken('FloorPolicy');
