import { Type } from '../schema/type.js';
import type { Static, TSchema } from 'typebox';
import { PermissionList } from './access-view.js';
import { Handle, Id, Name, Sequence, Text } from './field.js';
import { KeysActivate, KeysSenders } from './key-message.js';
import { Downlink } from './method.js';
import { PatchEndReason, PatchView } from './patch-view.js';
import {
  ChannelView,
  LeaveReason,
  MembershipEntry,
  MembershipView,
  ParticipantView,
  RouteView,
  TransmissionEndReason,
  TransmissionView,
} from './view.js';
import { VoiceFeedback } from './voice-report.js';

/**
 * State: facts that every replica has to have. Each carries `seq`, numbered per session without
 * gaps over what that session may see.
 */
export const stateEvents = {
  channelCreated: Type.Object({ channel: ChannelView }),
  channelUpdated: Type.Object({ channel: ChannelView }),
  channelMoved: Type.Object({ channel: ChannelView }),
  channelDeleted: Type.Object({ channel: Id }),
  participantJoined: Type.Object({ participant: ParticipantView }),
  participantUpdated: Type.Object({ participant: ParticipantView }),
  participantAway: Type.Object({
    session: Id,
    away: Type.Boolean({ description: 'False: it is back, with all that it had.' }),
  }),
  participantsAway: Type.Object({
    sessions: Type.Array(Id, {
      minItems: 1,
      maxItems: 1024,
      description: 'The same list for many: who finds itself in it passes itself over.',
    }),
    away: Type.Boolean({ description: 'As in `participantAway`.' }),
  }),
  participantLeft: Type.Object({ session: Id, reason: LeaveReason }),
  membershipChanged: Type.Object({
    channel: Id,
    session: Id,
    membership: Type.Union([MembershipView, Type.Null()], { description: 'Null: has left.' }),
    reason: Type.Optional(LeaveReason),
  }),
  permissionsChanged: Type.Object(
    { permissions: PermissionList },
    {
      description:
        'What the session may do is, or may be, another than before: here or in some channel. As in the answer to the sign-in.',
    },
  ),
  patchChanged: Type.Object({ patch: PatchView }, { description: 'Is new, or not as before.' }),
  patchEnded: Type.Object({ patch: Id, reason: Type.Optional(PatchEndReason) }),
} as const satisfies Record<string, TSchema>;

export type StateEvents = typeof stateEvents;
export type StateEventName = keyof StateEvents;
// A table, as in method.ts: the compiler resolves each entry once.
type StateEventPayloads = { [E in StateEventName]: Static<StateEvents[E]> };
export type StateEventPayload<E extends StateEventName> = StateEventPayloads[E];

/** Signals: worth nothing when late. Unnumbered and never replayed. */
export const signals = {
  tick: Type.Object({ seq: Sequence }),
  transmissionStarted: TransmissionView,
  transmissionUpdated: TransmissionView,
  transmissionEnded: Type.Object({ id: Id, reason: TransmissionEndReason }),
  transmissionEnding: Type.Object(
    {
      id: Id,
      route: RouteView,
      inMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
    },
    {
      description:
        'To the talker alone: its talk on this route ends then, by the longest transmission of the net. A later one of the same transmission and route takes its place.',
    },
  ),
  transmissionRefused: Type.Object({
    handle: Handle,
    route: RouteView,
    code: Type.Union([
      Type.Literal('NET_BUSY'),
      Type.Literal('NET_RESTRICTED'),
      Type.Literal('NOT_ALLOWED_TO_SPEAK'),
    ]),
    holder: Type.Optional(Id),
  }),
  voiceFeedback: VoiceFeedback,
  voicePathChanged: Type.Object(
    { downlink: Downlink },
    { description: 'The server now sends voice on this path.' },
  ),
} as const satisfies Record<string, TSchema>;

export type Signals = typeof signals;
export type SignalName = keyof Signals;
type SignalPayloads = { [S in SignalName]: Static<Signals[S]> };
export type SignalPayload<S extends SignalName> = SignalPayloads[S];

/** Secrets: keys only. Neither replayed nor seen by any hook. */
export const secretNotifications = {
  'keys.activate': KeysActivate,
  'keys.senders': KeysSenders,
} as const satisfies Record<string, TSchema>;

const limit = (description: string): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum: 0, description });

/** The numbers that bound what a client may send; a breach is answered, never ignored. */
export const Limits = Type.Object({
  messageBytes: limit('Largest control message of a client.'),
  commandBurst: limit('Commands at once; each command costs one or more.'),
  commandsPerSecond: limit('Commands sustained.'),
  targets: limit('Talk targets a session.'),
  routesPerTarget: limit('Routes a talk target.'),
  sources: limit('Sources a session.'),
  channelsJoined: limit('Memberships a session.'),
});
export type Limits = Static<typeof Limits>;

export const Hello = Type.Object({
  protocol: Type.Literal('sidetone.v1'),
  server: Type.Object({ name: Name, version: Type.String({ maxLength: 40 }) }),
  authentication: Type.Array(Type.String({ maxLength: 32 }), {
    maxItems: 16,
    description: 'Ways to sign in.',
  }),
  features: Type.Array(Type.String({ maxLength: 64 }), {
    maxItems: 256,
    description: 'Methods and events beyond this page, by name.',
  }),
  limits: Limits,
});
export type Hello = Static<typeof Hello>;

/** State as of the `seq` of the authentication, in messages of at most 32 KiB. */
export const SnapshotPart = Type.Object({
  part: Type.Integer({ minimum: 0 }),
  last: Type.Boolean(),
  channels: Type.Array(ChannelView),
  participants: Type.Array(ParticipantView),
  memberships: Type.Array(MembershipEntry),
  patches: Type.Array(PatchView),
});
export type SnapshotPart = Static<typeof SnapshotPart>;

/** Tells why the server closes, ahead of the close frame, whose reason has only 123 bytes. */
export const Closing = Type.Object({
  reason: Type.String({ maxLength: 40 }),
  message: Text,
  retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type Closing = Static<typeof Closing>;

export const sessionNotifications = {
  hello: Hello,
  snapshotPart: SnapshotPart,
  closing: Closing,
} as const satisfies Record<string, TSchema>;
