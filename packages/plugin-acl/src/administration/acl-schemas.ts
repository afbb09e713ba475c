import { Id, Name } from '@sidetone/protocol';
import { Type, type Static, type TSchema } from 'typebox';
import type { AclMethodName, AclMethods, AclParams } from './acl-methods.js';
import {
  HIGHEST_RANK,
  HOLDERS_PER_PAGE,
  NETS_PER_PLAN,
  OVERRIDES_PER_CHANNEL,
  PERMISSIONS_PER_ROLE,
  ROLES_PER_ORGANIZATION,
} from './limits.js';

interface Shape {
  readonly params: TSchema;
  readonly result: TSchema;
  readonly mutates: boolean;
}

const permissionName = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9_.]{0,127}$',
  description: 'For instance `SPEAK`, or `area.name` of a plugin.',
});
const permissionList = Type.Array(permissionName, {
  maxItems: PERMISSIONS_PER_ROLE,
  uniqueItems: true,
});
const rank = Type.Integer({
  minimum: 0,
  maximum: HIGHEST_RANK,
  description: 'A higher one stands above.',
});
const version = Type.Optional(
  Type.Integer({ minimum: 0, description: 'The one that the caller has read.' }),
);
const implicit = Type.Union(
  (['everyone', 'authenticated', 'guest', 'inChannel'] as const).map((kind) => Type.Literal(kind)),
  { description: 'Who has it without being given it.' },
);
const subject = Type.Object(
  { kind: Type.Union([Type.Literal('role'), Type.Literal('user')]), id: Id },
  { description: 'Whom it is about.' },
);
const pan = Type.Union([Type.Literal(-1), Type.Literal(0), Type.Literal(1)], {
  description: '-1 left, 0 centre, 1 right.',
});
const net = Type.Object({
  channel: Id,
  listen: Type.Boolean(),
  selected: Type.Boolean({ description: 'In the set that the master key talks to.' }),
  talk: Type.Boolean({ description: 'Whether a talk key is offered.' }),
  slot: Type.Union([Type.Integer({ minimum: 1, maximum: 8 }), Type.Null()], {
    description: 'The key that talks here.',
  }),
  level: Type.Integer({ minimum: 0, maximum: 100 }),
  pan,
});
const nets = Type.Array(net, { maxItems: NETS_PER_PLAN });
const override = {
  subject,
  allow: permissionList,
  deny: permissionList,
  here: Type.Boolean({ description: 'Holds at the channel itself.' }),
  below: Type.Boolean({ description: 'Holds in all channels below it.' }),
};
const summary = {
  id: Id,
  name: Name,
  rank,
  implicit: Type.Union([implicit, Type.Null()]),
  held: Type.Boolean({ description: 'Whether who asks has it now.' }),
};
const role = Type.Object({
  ...summary,
  permissions: Type.Array(Type.String()),
  netPlan: nets,
  holders: Type.Integer({ minimum: 0, description: 'How many users it was given to.' }),
  version: Type.Integer({ minimum: 0 }),
});
const overrideView = Type.Object({
  channel: Id,
  ...override,
  allow: Type.Array(Type.String()),
  deny: Type.Array(Type.String()),
  version: Type.Integer({ minimum: 0 }),
});
const holder = Type.Object({ id: Id, name: Name });
const nothing = Type.Object({});

/** Accepts a schema whose values have the type that the method declares. */
function params<M extends AclMethodName>(): <S extends TSchema>(
  schema: Static<S> extends AclParams<M> ? S : never,
) => TSchema {
  return (schema) => schema;
}

/** Of every method, what it takes and gives. */
export const aclSchemas: { readonly [M in keyof AclMethods]: Shape } = {
  'role.list': {
    params: params<'role.list'>()(Type.Object({ user: Type.Optional(Id) })),
    result: Type.Object({
      roles: Type.Array(Type.Union([role, Type.Object(summary)]), {
        maxItems: ROLES_PER_ORGANIZATION,
      }),
    }),
    mutates: false,
  },
  'role.holders': {
    params: params<'role.holders'>()(Type.Object({ role: Id, after: Type.Optional(Id) })),
    result: Type.Object({
      holders: Type.Array(holder, { maxItems: HOLDERS_PER_PAGE }),
      more: Type.Boolean(),
    }),
    mutates: false,
  },
  'role.overrides': {
    params: params<'role.overrides'>()(Type.Object({ channel: Id })),
    result: Type.Object({
      sealed: Type.Boolean(),
      overrides: Type.Array(overrideView, { maxItems: OVERRIDES_PER_CHANNEL }),
    }),
    mutates: false,
  },
  'role.create': {
    params: params<'role.create'>()(
      Type.Object({
        name: Name,
        rank,
        permissions: Type.Optional(permissionList),
        implicit: Type.Optional(implicit),
      }),
    ),
    result: Type.Object({ role }),
    mutates: true,
  },
  'role.update': {
    params: params<'role.update'>()(
      Type.Object({
        role: Id,
        name: Type.Optional(Name),
        rank: Type.Optional(rank),
        permissions: Type.Optional(permissionList),
        version,
      }),
    ),
    result: Type.Object({ role }),
    mutates: true,
  },
  'role.delete': {
    params: params<'role.delete'>()(Type.Object({ role: Id })),
    result: nothing,
    mutates: true,
  },
  'role.assign': {
    params: params<'role.assign'>()(Type.Object({ role: Id, user: Id })),
    result: nothing,
    mutates: true,
  },
  'role.unassign': {
    params: params<'role.unassign'>()(Type.Object({ role: Id, user: Id })),
    result: nothing,
    mutates: true,
  },
  'role.setOverride': {
    params: params<'role.setOverride'>()(Type.Object({ channel: Id, ...override, version })),
    result: Type.Object({ override: overrideView }),
    mutates: true,
  },
  'role.removeOverride': {
    params: params<'role.removeOverride'>()(Type.Object({ channel: Id, subject })),
    result: nothing,
    mutates: true,
  },
  'role.seal': {
    params: params<'role.seal'>()(Type.Object({ channel: Id, sealed: Type.Boolean() })),
    result: nothing,
    mutates: true,
  },
  'role.setNetPlan': {
    params: params<'role.setNetPlan'>()(Type.Object({ role: Id, nets, version })),
    result: Type.Object({ role }),
    mutates: true,
  },
  'netPlan.get': {
    params: nothing,
    result: Type.Object({ nets }),
    mutates: false,
  },
};
