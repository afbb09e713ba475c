import { Type } from '../schema/type.js';
import type { Static } from 'typebox';
import { Handle, Id, Name, Priority, Sequence, Text } from './field.js';

/** What one session may see of the nouns. Entities as they stand in snapshots and events. */

export const UserView = Type.Object({
  id: Id,
  name: Name,
  guest: Type.Boolean({ description: 'A user without an account; the id ends with the session.' }),
});
export type UserView = Static<typeof UserView>;

export const OrganizationView = Type.Object({ id: Id, name: Name });
export type OrganizationView = Static<typeof OrganizationView>;

export const FloorMode = Type.Union(
  [Type.Literal('open'), Type.Literal('lockout'), Type.Literal('priority')],
  {
    description:
      'Open: all talk side by side. Lockout: one at a time, who comes later is refused. Priority: a higher class takes the floor from a lower one.',
  },
);
export type FloorMode = Static<typeof FloorMode>;

export const NetPolicy = Type.Object(
  {
    floorMode: FloorMode,
    minTalkPriority: Type.Integer({
      minimum: 0,
      maximum: 3,
      description:
        'The stance: 0 free, 1 disciplined (no background talk), 2 command only, 3 hold. Who may not talk in this class or above may not begin.',
    }),
    maxTransmissionMs: Type.Union(
      [Type.Integer({ minimum: 1_000, maximum: 3_600_000 }), Type.Null()],
      {
        description: 'Longest transmission; null: any length.',
      },
    ),
    replay: Type.Boolean({
      description: 'Whether clients may keep what was said to play it again.',
    }),
  },
  { description: 'How people talk on a channel as a net.' },
);
export type NetPolicy = Static<typeof NetPolicy>;

/** Anybody at any time, for as long as they like: every net begins like this. */
export const FREE_NET: NetPolicy = Object.freeze({
  floorMode: 'open',
  minTalkPriority: 0,
  maxTransmissionMs: null,
  replay: true,
});

export const ChannelView = Type.Object({
  id: Id,
  parent: Type.Union([Id, Type.Null()]),
  name: Name,
  topic: Text,
  position: Type.Integer({ minimum: 0, maximum: 65_535, description: 'Order among siblings.' }),
  participantLimit: Type.Union([Type.Integer({ minimum: 1, maximum: 65_535 }), Type.Null()]),
  temporary: Type.Boolean({ description: 'Deleted when its last participant leaves.' }),
  passwordProtected: Type.Boolean({ description: 'Joining asks for a password.' }),
  net: NetPolicy,
});
export type ChannelView = Static<typeof ChannelView>;

export const ParticipantView = Type.Object({
  session: Id,
  user: UserView,
  muted: Type.Boolean({ description: 'Has muted itself on all nets.' }),
  deafened: Type.Boolean({ description: 'Has deafened itself on all nets.' }),
  away: Type.Boolean({ description: 'Its control connection is cut, and it may come back.' }),
});
export type ParticipantView = Static<typeof ParticipantView>;

export const MembershipView = Type.Object({
  listening: Type.Boolean({ description: 'Whether frames of this net are sent to the member.' }),
  muted: Type.Boolean({ description: 'Muted by the member itself on this net.' }),
  deafened: Type.Boolean({ description: 'Deafened by the member itself on this net.' }),
  mutedByModerator: Type.Boolean(),
  deafenedByModerator: Type.Boolean(),
  selected: Type.Optional(
    Type.Boolean({
      description: 'Only in what the member itself receives: which copy of a frame it prefers.',
    }),
  ),
  maxPriority: Type.Optional(Priority),
});
export type MembershipView = Static<typeof MembershipView>;

export const MembershipEntry = Type.Object({
  channel: Id,
  session: Id,
  membership: MembershipView,
});
export type MembershipEntry = Static<typeof MembershipEntry>;

export const RouteKind = Type.Union([
  Type.Literal('channel'),
  Type.Literal('whisper'),
  Type.Literal('shout'),
]);
export type RouteKind = Static<typeof RouteKind>;

export const RouteView = Type.Object({
  id: Id,
  handle: Handle,
  kind: RouteKind,
  channel: Type.Optional(Id),
});
export type RouteView = Static<typeof RouteView>;

export const SourceName = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,31}$',
  description: 'What the talker calls its source, for instance `microphone` or `music`.',
});

export const SourceView = Type.Object({
  id: Id,
  handle: Handle,
  session: Id,
  kind: SourceName,
});
export type SourceView = Static<typeof SourceView>;

export const TransmissionView = Type.Object({
  id: Id,
  source: SourceView,
  routes: Type.Array(RouteView, { maxItems: 8 }),
  priority: Priority,
  firstSeq: Type.Integer({
    minimum: 0,
    maximum: 0xffff,
    description: 'Sequence number of the first frame.',
  }),
  patches: Type.Optional(
    Type.Array(Id, {
      minItems: 1,
      maxItems: 8,
      description: 'Patches that bring it to the nets of others, of its routes named here.',
    }),
  ),
});
export type TransmissionView = Static<typeof TransmissionView>;

export const TransmissionEndReason = Type.Union([
  Type.Literal('released'),
  Type.Literal('timeout'),
  Type.Literal('preempted'),
  Type.Literal('revoked'),
  Type.Literal('muted'),
  Type.Literal('disconnected'),
  Type.Literal('targetChanged'),
]);
export type TransmissionEndReason = Static<typeof TransmissionEndReason>;

export const LeaveReason = Type.Union([
  Type.Literal('left'),
  Type.Literal('moved'),
  Type.Literal('kicked'),
  Type.Literal('disconnected'),
  Type.Literal('channelDeleted'),
  Type.Literal('shutdown'),
]);
export type LeaveReason = Static<typeof LeaveReason>;

export const StateSequence = Sequence;
