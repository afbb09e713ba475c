import type { RouteKind } from '@sidetone/protocol';
import { createToken, type Token } from '../token.js';

export interface RouteEnd {
  readonly sessionId: string;
  readonly userId: string;
}

export interface RuleRoute {
  readonly id: string;
  readonly kind: RouteKind;
  readonly organizationId: string;
  readonly channelId?: string;
}

/**
 * Says whether a talker's frames on a route may reach a listener. Pure and synchronous: it is
 * called for each pair while routes are compiled, never per packet. All rules have to agree; one
 * that throws counts as a no and is logged. It narrows what policy and membership allow and can
 * never widen it. Keys are not affected: a rule forwards or not, it does not hide.
 */
export interface RouteRule {
  readonly name: string;
  allows(talker: RouteEnd, listener: RouteEnd, route: RuleRoute): boolean;
  /** Core subscribes once; the rule calls `invalidate` when its answers may have changed. */
  onInvalidate?(invalidate: () => void): () => void;
}

export const RouteRule: Token<RouteRule> = createToken('RouteRule', { many: true });
