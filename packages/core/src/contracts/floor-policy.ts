import type { NetPolicy, PriorityClass } from '@sidetone/protocol';
import { createToken, type Token } from '../token.js';

export interface FloorHolder {
  readonly sessionId: string;
  readonly priority: PriorityClass;
}

/** The floor of a net; nets that are patched share one. */
export interface FloorState {
  /**
   * What holds on the net now: of a patch the strictest of its nets, of a whisper or a shout that
   * everybody may talk.
   */
  readonly net: NetPolicy;
  /** Who talks there now, in the order they started; a session on several routes is named again. */
  readonly holders: readonly FloorHolder[];
}

export interface FloorRequest extends FloorState {
  readonly routeId: string;
  readonly channelId?: string;
  readonly sessionId: string;
  /** The class asked for, lowered to what the talker may have there. */
  readonly priority: PriorityClass;
}

export type FloorDecision =
  | {
      readonly granted: true;
      /** Sessions whose transmission ends on this floor. */
      readonly preempt: readonly string[];
    }
  | { readonly granted: false; readonly code: 'NET_BUSY'; readonly holder?: string };

/**
 * Decides who may talk on a route, at the start of a transmission only: the first frame has
 * arrived already and waits for nothing, so it is synchronous and quick. A refused transmission is
 * dropped on this route until the talker releases; the talker gets `transmissionRefused`. Whom the
 * stance of the net keeps out is refused before it comes here.
 */
export interface FloorPolicy {
  start(request: FloorRequest): FloorDecision;
  /**
   * Names the sessions whose transmission ends (`preempted`) after the net has got another mode, or
   * a patch has joined its floor to others. Without it all go on.
   */
  settle?(floor: FloorState): readonly string[];
}

export const FloorPolicy: Token<FloorPolicy> = createToken('FloorPolicy');
