import { Type } from '../schema/type.js';
import type { Static } from 'typebox';
import { Id, Name } from './field.js';
import { NetPolicy } from './view.js';

export const PatchView = Type.Object(
  {
    id: Id,
    channels: Type.Array(Id, {
      maxItems: 8,
      uniqueItems: true,
      description: 'Its nets, of those that this session may see.',
    }),
    hiddenChannels: Type.Integer({
      minimum: 0,
      maximum: 8,
      description: 'How many more nets there are.',
    }),
    owner: Type.Union([Id, Type.Null()], {
      description:
        'The session with whose end it ends. Null: the embedding program owns it, or somebody whom this session may not see.',
    }),
    createdBy: Type.Union([Name, Type.Null()], {
      description: 'Name of who made it; null as in `owner`.',
    }),
    expiresAt: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: 'Milliseconds of the Unix epoch; null: it lasts until it is ended.',
    }),
    net: NetPolicy,
  },
  {
    description:
      'Nets that are joined for a while: who listens on one hears the talkers of all. `net` is what holds on all of them together, the strictest of each.',
  },
);
export type PatchView = Static<typeof PatchView>;

export const PatchEndReason = Type.Union(
  [
    Type.Literal('ended'),
    Type.Literal('expired'),
    Type.Literal('channelDeleted'),
    Type.Literal('ownerLeft'),
    Type.Literal('revoked'),
    Type.Literal('hidden'),
  ],
  {
    description:
      'By somebody; its time was over; fewer than two nets were left; its owner has gone, or may not patch one of its nets any more; this session may see none of its nets any more.',
  },
);
export type PatchEndReason = Static<typeof PatchEndReason>;
