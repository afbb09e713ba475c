import { Type } from '../schema/type.js';
import type { Static } from 'typebox';
import { Id, Key32 } from './field.js';
import { RouteView, SourceView } from './view.js';

/** Messages of the secret class: never in the ring, a hook, the audit or a log. */

export const SenderIndex = Type.Integer({ minimum: 0, maximum: 0x0fff_ffff });
export const Epoch = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const Senders = Type.Array(Type.Tuple([SenderIndex, SourceView]), {
  maxItems: 65_535,
  description: 'Which source seals with which index.',
});

/** The keys of one epoch of a route: a listener's secret, or only what the receiver seals with. */
export const RouteKeys = Type.Object({
  route: RouteView,
  scheme: Type.Literal('server'),
  epoch: Epoch,
  active: Type.Boolean({ description: 'False: hold it, and seal with it after `keys.activate`.' }),
  secret: Type.Optional(Key32),
  sendKey: Type.Optional(
    Type.Array(Type.Tuple([SenderIndex, Key32]), {
      maxItems: 4,
      description: 'Instead of `secret`, for who may not hear: the base keys of its own sources.',
    }),
  ),
  senders: Senders,
});
export type RouteKeys = Static<typeof RouteKeys>;

export const KeysActivate = Type.Object({ route: Id, epoch: Epoch });
export type KeysActivate = Static<typeof KeysActivate>;

export const KeysSenders = Type.Object({ route: RouteView, senders: Senders });
export type KeysSenders = Static<typeof KeysSenders>;
