import { Type } from '../schema/type.js';
import { VoiceReport } from './voice-report.js';
import type { Static, TObject, TOptional, TProperties, TSchema } from 'typebox';
import { AccessExplanation, AccessQuestion, PermissionList } from './access-view.js';
import {
  Handle,
  Id,
  Instance,
  Key32,
  Name,
  Priority,
  RequestKey,
  ResumeToken,
  Sequence,
  Text,
} from './field.js';
import { RouteKeys } from './key-message.js';
import { PatchView } from './patch-view.js';
import {
  ChannelView,
  MembershipView,
  NetPolicy,
  OrganizationView,
  RouteView,
  SourceName,
  SourceView,
  TransmissionView,
  UserView,
} from './view.js';

/** What a client may ask of the server. One entry a method: shape of the question, of the answer. */

const Nothing = Type.Object({});

export const Downlink = Type.Union([
  Type.Literal('udp'),
  Type.Literal('websocket'),
  Type.Literal('both'),
]);
export type Downlink = Static<typeof Downlink>;

export const VoiceOffer = Type.Union([
  Type.Object({ transport: Type.Literal('websocket') }),
  Type.Object({
    transport: Type.Literal('udp'),
    host: Type.Union([Type.String({ maxLength: 255 }), Type.Null()], {
      description: 'Null: the host of the control connection.',
    }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    connectionId: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
    uplinkKey: Key32,
    downlinkKey: Key32,
  }),
]);
export type VoiceOffer = Static<typeof VoiceOffer>;

export const TalkTargetSpec = Type.Object(
  {
    channels: Type.Optional(Type.Array(Id, { maxItems: 8, uniqueItems: true })),
    users: Type.Optional(
      Type.Array(Id, { maxItems: 64, uniqueItems: true, description: 'A whisper.' }),
    ),
    subtree: Type.Optional(Id),
  },
  {
    description:
      'Where a voice goes: channels, a whisper to users, a shout to `subtree` and all below it. Each channel, the whisper and the shout are a route of their own; at least one.',
  },
);
export type TalkTargetSpec = Static<typeof TalkTargetSpec>;

/** Members are the client's own; the server keeps them and reads none. */
const SettingsDocument = Type.Record(Type.String({ maxLength: 256 }), Type.Unknown(), {
  description: 'What the client keeps for its user; at most 64 KiB as JSON.',
});

/** Params of a request that changes something, and may therefore be asked again. */
function mutation<P extends TProperties>(
  properties: P,
): TObject<P & { key: TOptional<typeof RequestKey> }> {
  return Type.Object({ ...properties, key: Type.Optional(RequestKey) });
}

const RegisteredTarget = Type.Object({
  target: Id,
  source: SourceView,
  handles: Type.Array(Type.Object({ handle: Handle, route: RouteView }), {
    minItems: 1,
    maxItems: 8,
  }),
});

/** What a session begins with, or goes on with on another connection. */
const sessionStart = {
  session: Id,
  user: UserView,
  organization: OrganizationView,
  permissions: Type.Array(Type.String({ maxLength: 64 }), {
    maxItems: 256,
    description: 'Those that hold in the organization as a whole; a channel may differ.',
  }),
  resumeToken: ResumeToken,
  voice: Type.Array(VoiceOffer, { maxItems: 8 }),
  keys: Type.Array(RouteKeys, { maxItems: 65_535 }),
  transmissions: Type.Array(TransmissionView, { maxItems: 65_535 }),
  seq: Sequence,
};

/** Never sent back; the server keeps a hash. */
const ChannelPassword = Type.String({ minLength: 1, maxLength: 256 });

const ChannelDraft = {
  topic: Type.Optional(Text),
  participantLimit: Type.Optional(ChannelView.properties.participantLimit),
  password: Type.Optional(
    Type.Union([ChannelPassword, Type.Null()], {
      description: 'What joining asks for from now on; null: nothing.',
    }),
  ),
  net: Type.Optional(
    Type.Object(
      {
        floorMode: Type.Optional(NetPolicy.properties.floorMode),
        maxTransmissionMs: Type.Optional(NetPolicy.properties.maxTransmissionMs),
        replay: Type.Optional(NetPolicy.properties.replay),
      },
      { description: 'What is absent stays as it is. The stance has a method of its own.' },
    ),
  ),
};

export const methods = {
  'session.authenticate': {
    params: Type.Object({
      method: Type.String({ maxLength: 32, description: 'One of `authentication` in `hello`.' }),
      credentials: Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
        description: 'What the method of signing in asks for.',
      }),
      organization: Type.Optional(
        Type.String({ maxLength: 80, description: 'Id or name; without it the default one.' }),
      ),
      instance: Instance,
    }),
    result: Type.Object(sessionStart),
  },
  'session.resume': {
    params: Type.Object({
      token: ResumeToken,
      instance: Instance,
      lastSeq: Type.Union([Sequence, Type.Null()], {
        description: 'Of the last state event applied; null before the end of the snapshot.',
      }),
    }),
    result: Type.Object({
      ...sessionStart,
      resync: Type.Boolean({
        description:
          'False: the events after `lastSeq` follow. True: a snapshot as of `seq` comes first.',
      }),
      restored: Type.Boolean({
        description:
          'True: the server was restarted. Voice begins anew then: keys, counters, paths, and the handles of all targets.',
      }),
      targets: Type.Array(RegisteredTarget, {
        maxItems: 256,
        description: 'All that are registered; one that is missing was lost with a right or a net.',
      }),
    }),
  },
  'session.close': { params: mutation({}), result: Nothing },
  'session.setState': {
    params: mutation({
      muted: Type.Optional(Type.Boolean()),
      deafened: Type.Optional(Type.Boolean()),
    }),
    result: Nothing,
  },
  'channel.join': {
    params: mutation({
      channel: Id,
      listening: Type.Optional(Type.Boolean({ description: 'Default true.' })),
      password: Type.Optional(ChannelPassword),
    }),
    result: Type.Object({
      membership: MembershipView,
      keys: Type.Array(RouteKeys, { maxItems: 16 }),
    }),
  },
  'channel.leave': { params: mutation({ channel: Id }), result: Nothing },
  'channel.setMembership': {
    params: mutation({
      channel: Id,
      listening: Type.Optional(Type.Boolean()),
      selected: Type.Optional(Type.Boolean()),
      muted: Type.Optional(Type.Boolean()),
      deafened: Type.Optional(Type.Boolean()),
    }),
    result: Type.Object({ membership: MembershipView }),
  },
  'channel.create': {
    params: mutation({
      parent: Type.Union([Id, Type.Null()]),
      name: Name,
      ...ChannelDraft,
      temporary: Type.Optional(
        Type.Boolean({ description: 'Default false; a temporary one goes with its last member.' }),
      ),
    }),
    result: Type.Object({ channel: ChannelView }),
  },
  'channel.update': {
    params: mutation({ channel: Id, name: Type.Optional(Name), ...ChannelDraft }),
    result: Type.Object({ channel: ChannelView }),
  },
  'channel.move': {
    params: mutation({
      channel: Id,
      parent: Type.Union([Id, Type.Null()]),
      position: ChannelView.properties.position,
    }),
    result: Type.Object({ channel: ChannelView }),
  },
  'channel.delete': { params: mutation({ channel: Id }), result: Nothing },
  'channel.setStance': {
    params: mutation({ channel: Id, minTalkPriority: NetPolicy.properties.minTalkPriority }),
    result: Type.Object({ channel: ChannelView }),
  },
  'patch.create': {
    params: mutation({
      channels: Type.Array(Id, { minItems: 2, maxItems: 8, uniqueItems: true }),
      durationMs: Type.Optional(
        Type.Union([Type.Integer({ minimum: 1_000, maximum: 86_400_000 }), Type.Null()], {
          description:
            'Default 3,600,000: an hour. Null, until it is ended, is for the embedding program alone.',
        }),
      ),
    }),
    result: Type.Object({ patch: PatchView }),
  },
  'patch.end': { params: mutation({ patch: Id }), result: Nothing },
  'talk.register': {
    params: mutation({
      source: Type.Optional(SourceName),
      target: TalkTargetSpec,
      priority: Type.Optional(Priority),
    }),
    result: RegisteredTarget,
  },
  'talk.unregister': { params: mutation({ target: Id }), result: Nothing },
  'participant.mute': {
    params: mutation({ session: Id, channel: Id, muted: Type.Boolean() }),
    result: Nothing,
  },
  'participant.deafen': {
    params: mutation({ session: Id, channel: Id, deafened: Type.Boolean() }),
    result: Nothing,
  },
  'participant.move': {
    params: mutation({ session: Id, from: Id, to: Id }),
    result: Nothing,
  },
  'participant.kick': {
    params: mutation({ session: Id, reason: Type.Optional(Text) }),
    result: Nothing,
  },
  'participant.ban': {
    params: mutation({
      session: Id,
      reason: Type.Optional(Text),
      durationMs: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 3_155_760_000_000,
          description: 'At most 100 years; without it for good.',
        }),
      ),
      network: Type.Optional(
        Type.Boolean({
          description:
            'Also the IPv4 address, or the IPv6 /64, that they come from. Default: true for a guest, whose user id does not come back.',
        }),
      ),
    }),
    result: Nothing,
  },
  'settings.get': {
    params: Nothing,
    result: Type.Object({ document: SettingsDocument, version: Sequence }),
  },
  'settings.put': {
    params: mutation({
      document: SettingsDocument,
      version: Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'The one that was read; 0 where there is no document yet.',
      }),
    }),
    result: Type.Object({ version: Sequence }),
  },
  'access.explain': { params: AccessQuestion, result: AccessExplanation },
  'access.list': {
    params: Type.Object({
      channel: Type.Optional(
        Type.String({ ...Id, description: 'Without it: in the organization as a whole.' }),
      ),
    }),
    result: Type.Object({ permissions: PermissionList }),
  },
  'organization.list': {
    params: Nothing,
    result: Type.Object({ organizations: Type.Array(OrganizationView, { maxItems: 65_535 }) }),
  },
  'voice.report': { params: VoiceReport, result: Nothing },
  'voice.setPath': { params: mutation({ downlink: Downlink }), result: Nothing },
  'keys.fetch': {
    params: Type.Object({ route: Id }),
    result: Type.Object({ keys: Type.Array(RouteKeys, { maxItems: 16 }) }),
  },
} as const satisfies Record<string, { params: TSchema; result: TSchema }>;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
// Tables, which the compiler resolves once: `Static` of a schema not yet known makes it compare whole schemas.
type ParamsOfMethods = { [M in MethodName]: Static<Methods[M]['params']> };
type ResultsOfMethods = { [M in MethodName]: Static<Methods[M]['result']> };
export type MethodParams<M extends MethodName> = ParamsOfMethods[M];
export type MethodResult<M extends MethodName> = ResultsOfMethods[M];

/** What the server may ask of a client. The answer of `keys.install` is its acknowledgement. */
export const serverMethods = {
  'keys.install': { params: RouteKeys, result: Nothing },
} as const satisfies Record<string, { params: TSchema; result: TSchema }>;

export type ServerMethodName = keyof typeof serverMethods;
