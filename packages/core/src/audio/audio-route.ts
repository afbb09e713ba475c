import type { NetPolicy, PriorityClass, RouteView } from '@sidetone/protocol';
import type { RuleRoute } from '../contracts/route-rule.js';
import type { RouteKeyring } from '../key/route-keyring.js';
import type { Audience } from './audience.js';
import type { TalkLine } from './talk-line.js';

/** Whom a route reaches. */
export type RouteScope =
  | { readonly kind: 'channel'; readonly channelId: string }
  | { readonly kind: 'whisper'; readonly ownerId: string; readonly userIds: ReadonlySet<string> }
  | {
      readonly kind: 'shout';
      readonly ownerId: string;
      readonly rootChannelId: string;
      /** The class that it was registered with. */
      readonly asked: PriorityClass;
    };

/** The unit of forwarding and of keying. */
export interface AudioRoute {
  readonly organizationId: string;
  readonly scope: RouteScope;
  readonly view: RouteView;
  /** As rules know it. */
  readonly ruleRoute: RuleRoute;
  readonly keyring: RouteKeyring;
  /** All talk handles that name it, of all talkers. */
  readonly lines: Set<TalkLine>;
  /** Those that talk now. */
  readonly talking: Set<TalkLine>;
  /** Compiled: what holds on it, the nets that it is patched with included. */
  net: NetPolicy;
  /** `null`: memberships, flags or rights have changed since it was gathered. */
  audience: Audience | null;
}
