import { Type } from '../schema/type.js';
import type { Static } from 'typebox';
import { Id } from './field.js';

/** What may be asked about rights: shapes of `access.explain` and `access.list`. */

export const PermissionText = Type.String({
  pattern: '^([A-Z][A-Z_]{0,31}|[a-z][A-Za-z0-9]{0,30}\\.[A-Za-z][A-Za-z0-9_]{0,30})$',
  description: 'A permission of version 1, for instance `SPEAK`, or one of a plugin, `area.name`.',
});

export const PermissionList = Type.Array(Type.String({ maxLength: 64 }), { maxItems: 256 });

export const AccessRuleView = Type.Object(
  {
    kind: Type.Union([
      Type.Literal('role'),
      Type.Literal('override'),
      Type.Literal('seal'),
      Type.Literal('rank'),
      Type.Literal('administrator'),
    ]),
    permission: PermissionText,
    role: Type.Optional(Id),
    user: Type.Optional(Id),
    channel: Type.Optional(Id),
  },
  { description: 'Something that could be changed, by the ids under which it can.' },
);
export type AccessRuleView = Static<typeof AccessRuleView>;

export const AccessReasonView = Type.Object({
  text: Type.String({ maxLength: 1024, description: 'For people.' }),
  effect: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
  rules: Type.Optional(
    Type.Array(AccessRuleView, {
      maxItems: 64,
      description:
        'The answer is the other one without all of them. Absent where nobody has made any, or where they are not for the eyes of who asks.',
    }),
  ),
});
export type AccessReasonView = Static<typeof AccessReasonView>;

export const AccessExplanation = Type.Object({
  allowed: Type.Boolean(),
  because: Type.Array(AccessReasonView, {
    minItems: 1,
    maxItems: 64,
    description: 'The chain that decided; the first is decisive.',
  }),
});
export type AccessExplanation = Static<typeof AccessExplanation>;

export const AccessQuestion = Type.Object({
  permission: PermissionText,
  channel: Type.Optional(Id),
  session: Type.Optional(
    Type.String({ ...Id, description: 'The participant that it would be used on.' }),
  ),
  user: Type.Optional(
    Type.String({
      ...Id,
      description: 'Whose permission; by default their own. For others it needs `MANAGE_ROLES`.',
    }),
  ),
});
export type AccessQuestion = Static<typeof AccessQuestion>;
