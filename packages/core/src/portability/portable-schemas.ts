import * as Type from 'typebox';
import type { TObject, TProperties, TSchema, TUnion } from 'typebox';
import type { PortableKind } from './portable-kinds.js';

const Id: TSchema = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
});
const Name: TSchema = Type.String({ minLength: 1, maxLength: 80 });
const Text: TSchema = Type.String({ maxLength: 1024 });
const Version: TSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Moment: TSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Rank: TSchema = Type.Integer({ minimum: 0, maximum: 65_535 });
const Limit: TSchema = orNull(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }));
const Permissions: TSchema = Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
  maxItems: 256,
});

/** What a line of each kind must look like, down to the last field. */
export const portableSchemas: Readonly<Record<PortableKind, TSchema>> = {
  account: exactly({
    id: Id,
    name: Name,
    displayName: Name,
    disabled: Type.Boolean(),
    administrator: Type.Boolean(),
    createdAt: Moment,
    version: Version,
  }),
  credential: exactly({
    userId: Id,
    kind: Name,
    hash: Text,
    mustChange: Type.Boolean(),
    changedAt: Moment,
    version: Version,
  }),
  settings: exactly({
    userId: Id,
    document: Type.String({ maxLength: 64 * 1024 }),
    version: Version,
  }),
  organization: exactly({
    id: Id,
    name: Name,
    admission: oneOf('open', 'members'),
    participantLimit: Limit,
    channelLimit: Limit,
    version: Version,
  }),
  member: exactly({
    organizationId: Id,
    userId: Id,
    displayName: orNull(Name),
    joinedAt: Moment,
    version: Version,
  }),
  channel: exactly({
    id: Id,
    organizationId: Id,
    parentId: orNull(Id),
    name: Name,
    topic: Text,
    position: Rank,
    participantLimit: Limit,
    passwordHash: orNull(Text),
    net: exactly({
      floorMode: oneOf('open', 'lockout', 'priority'),
      minTalkPriority: Type.Integer({ minimum: 0, maximum: 3 }),
      maxTransmissionMs: orNull(Type.Integer({ minimum: 1_000, maximum: 3_600_000 })),
      replay: Type.Boolean(),
    }),
    version: Version,
  }),
  role: exactly({
    id: Id,
    organizationId: Id,
    name: Name,
    rank: Rank,
    permissions: Permissions,
    implicit: orNull(oneOf('everyone', 'authenticated', 'guest', 'inChannel')),
    netPlan: Type.Array(
      exactly({
        channelId: Id,
        listen: Type.Boolean(),
        selected: Type.Boolean(),
        talk: Type.Boolean(),
        slot: orNull(Type.Integer({ minimum: 1, maximum: 8 })),
        level: Type.Integer({ minimum: 0, maximum: 100 }),
        pan: Type.Integer({ minimum: -1, maximum: 1 }),
      }),
      { maxItems: 64 },
    ),
    version: Version,
  }),
  roleAssignment: exactly({ organizationId: Id, roleId: Id, userId: Id }),
  override: exactly({
    organizationId: Id,
    channelId: Id,
    subject: exactly({ kind: oneOf('role', 'user'), id: Id }),
    allow: Permissions,
    deny: Permissions,
    here: Type.Boolean(),
    below: Type.Boolean(),
    version: Version,
  }),
  sealedChannel: exactly({ organizationId: Id, channelId: Id }),
  ban: exactly({
    id: Id,
    organizationId: Id,
    subject: Type.Union([
      exactly({ kind: Type.Literal('user'), userId: Id }),
      exactly({ kind: Type.Literal('network'), network: Name }),
    ]),
    reason: Text,
    createdBy: Text,
    createdAt: Moment,
    expiresAt: orNull(Moment),
  }),
  invite: exactly({
    id: Id,
    organizationId: Id,
    codeHash: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    createdBy: Text,
    createdAt: Moment,
    expiresAt: orNull(Moment),
    maxUses: Limit,
    roleIds: Type.Array(Id, { maxItems: 256 }),
  }),
  inviteUse: exactly({ organizationId: Id, inviteId: Id, userId: Id }),
  auditEntry: exactly({
    id: Id,
    at: Moment,
    organizationId: Id,
    actor: Type.Union([
      exactly({ kind: Type.Literal('session'), sessionId: Id, userId: Id }),
      exactly({ kind: Type.Literal('program'), name: Text }),
    ]),
    action: Text,
    details: Type.Record(Type.String(), Type.Unknown()),
    outcome: oneOf('committed', 'refused'),
    code: Type.Optional(Name),
  }),
};

function exactly(properties: TProperties): TObject {
  return Type.Object(properties, { additionalProperties: false });
}

function orNull(schema: TSchema): TUnion {
  return Type.Union([schema, Type.Null()]);
}

function oneOf(...words: readonly string[]): TUnion {
  return Type.Union(words.map((word) => Type.Literal(word)));
}
