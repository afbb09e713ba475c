import type { AccessRule, Identity, OverrideRecord, RoleBook } from '@sidetone/core';

/** The book when these rules are gone, as `AccessRule` says what that means. */
export function bookWithout(book: RoleBook, rules: readonly AccessRule[]): RoleBook {
  const lost = (kind: AccessRule['kind'], is: (rule: AccessRule) => boolean) => {
    const found = rules.filter((rule) => rule.kind === kind && is(rule));
    return new Set<string>(found.map(({ permission }) => permission));
  };
  const without = (names: readonly string[], gone: ReadonlySet<string>) =>
    names.filter((name) => !gone.has(name));
  return {
    ...book,
    roles: book.roles.map((role) => ({
      ...role,
      rank: lost('rank', ({ roleId }) => roleId === role.id).size > 0 ? 0 : role.rank,
      permissions: without(
        role.permissions,
        lost('role', ({ roleId }) => roleId === role.id),
      ),
    })),
    overrides: book.overrides.map((override) => {
      const gone = lost('override', (rule) => isRuleOf(rule, override));
      return {
        ...override,
        allow: without(override.allow, gone),
        deny: without(override.deny, gone),
      };
    }),
    sealedChannels: book.sealedChannels.filter(
      (id) => lost('seal', ({ channelId }) => channelId === id).size === 0,
    ),
  };
}

export function identityWithout(identity: Identity, rules: readonly AccessRule[]): Identity {
  const isLost = rules.some(
    ({ kind, userId }) => kind === 'administrator' && userId === identity.userId,
  );
  return isLost ? { ...identity, administrator: false } : identity;
}

/** Every rule of the book that is about one of these permissions. */
export function rulesOf(
  { roles, overrides, sealedChannels }: RoleBook,
  permissions: readonly AccessRule['permission'][],
): readonly AccessRule[] {
  return permissions.flatMap((permission) => [
    ...roles.map(({ id }) => ({ kind: 'role', permission, roleId: id }) as const),
    ...overrides.map(({ channelId, subject: { kind, id } }) => {
      const about = kind === 'user' ? { userId: id } : { roleId: id };
      return { kind: 'override', permission, channelId, ...about } as const;
    }),
    ...sealedChannels.map((channelId) => ({ kind: 'seal', permission, channelId }) as const),
  ]);
}

function isRuleOf(rule: AccessRule, { channelId, subject }: OverrideRecord): boolean {
  const about = subject.kind === 'user' ? rule.userId : rule.roleId;
  return rule.channelId === channelId && about === subject.id;
}
