import * as fc from 'fast-check';
import { FREE_NET } from '@sidetone/protocol';
import { foldName, type StoreSet } from '../../src/index.js';

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const text = fc.string({ unit: 'binary', maxLength: 40 });
const moment = fc.maxSafeNat();
const limit = fc.option(fc.integer({ min: 1, max: 65_535 }));
const permissions = fc.array(fc.constantFrom('VIEW', 'JOIN', 'SPEAK', 'dice.roll'), {
  maxLength: 4,
});
const rank = fc.integer({ min: 0, max: 65_535 });
/** As it comes out of JSON, which knows no -0. */
const details = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((given) => JSON.parse(JSON.stringify(given)) as Record<string, unknown>);
/** Chooses among what is there. */
const choice = fc.nat();

const uniquelyNamed = { maxLength: 5, selector: (each: { name: string }) => foldName(each.name) };

const accounts = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    name,
    displayName: name,
    disabled: fc.boolean(),
    administrator: fc.boolean(),
    createdAt: moment,
    version: fc.constant(0),
    hash: text,
    document: fc.json(),
  }),
  uniquelyNamed,
);

const channels = fc.array(
  fc.record({
    id: fc.uuid(),
    parent: fc.option(choice),
    name,
    topic: text,
    position: rank,
    participantLimit: limit,
    sealed: fc.boolean(),
  }),
  { maxLength: 8 },
);

const roles = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    name,
    rank,
    permissions,
    holders: fc.array(choice, { maxLength: 3 }),
  }),
  uniquelyNamed,
);

const organizations = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    name,
    admission: fc.constantFrom('open' as const, 'members' as const),
    participantLimit: limit,
    channelLimit: limit,
    members: fc.array(fc.tuple(choice, fc.option(name)), { maxLength: 4 }),
    channels,
    roles,
    overrides: fc.array(fc.tuple(choice, choice, permissions, permissions, fc.boolean()), {
      maxLength: 4,
    }),
    bans: fc.array(fc.tuple(fc.uuid(), text, moment, fc.option(moment)), { maxLength: 3 }),
    invites: fc.array(fc.tuple(fc.uuid(), limit, fc.array(fc.uuid(), { maxLength: 3 })), {
      maxLength: 3,
    }),
    audit: fc.array(fc.tuple(moment, details, fc.boolean()), {
      maxLength: 4,
    }),
  }),
  uniquelyNamed,
);

/** What stores can hold, all of it in relation. */
export const randomContent = fc.record({ accounts, organizations, rounds: fc.nat(3) });

type Content = typeof randomContent extends fc.Arbitrary<infer C> ? C : never;
type Organization = Content['organizations'][number];

export async function fill(stores: StoreSet, content: Content): Promise<void> {
  const userIds = content.accounts.map(({ id }) => id);
  for (const { hash, document, ...account } of content.accounts) {
    for (let version = 0; version <= content.rounds; version++) {
      await stores.accounts.put({ ...account, displayName: `${version}`, version });
    }
    const { id: userId } = account;
    const secret = { kind: 'password', hash, mustChange: false, changedAt: 0, version: 0 };
    await stores.credentials.put({ userId, ...secret });
    await stores.settings.put({ userId, document, version: 0 });
  }
  for (const each of content.organizations) await fillOrganization(stores, each, userIds);
}

async function fillOrganization(
  stores: StoreSet,
  given: Organization,
  userIds: readonly string[],
): Promise<void> {
  const { id: organizationId, name: called, admission, participantLimit, channelLimit } = given;
  const limits = { participantLimit, channelLimit };
  await stores.organizations.put({
    id: organizationId,
    name: called,
    admission,
    ...limits,
    version: 0,
  });
  const members = new Set<string>();
  for (const [index, displayName] of given.members) {
    const userId = userIds[index % userIds.length];
    if (userId === undefined || members.has(userId)) continue;
    members.add(userId);
    await stores.members.put({ organizationId, userId, displayName, joinedAt: index, version: 0 });
  }
  await fillChannels(stores, given);
  await fillRoles(stores, given, [...members]);
  for (const [id, reason, createdAt, expiresAt] of given.bans) {
    const subject = { kind: 'user', userId: id } as const;
    const ban = { id, organizationId, subject, reason, createdBy: reason, createdAt, expiresAt };
    await stores.bans.put(ban);
  }
  for (const [id, maxUses, users] of given.invites) {
    const codeHash = Buffer.from(`${organizationId}${id}`.replaceAll('-', '').slice(16, 48))
      .toString('base64url')
      .padEnd(43, '_');
    const invite = {
      id,
      organizationId,
      codeHash,
      createdBy: 'Ada',
      createdAt: 1,
      expiresAt: null,
    };
    await stores.invites.put({ ...invite, maxUses, roleIds: users });
    for (const user of users) await stores.invites.use(organizationId, id, user, 0);
  }
  for (const [at, details, refused] of given.audit) {
    const actor = { kind: 'program', name: called } as const;
    const outcome = refused
      ? ({ outcome: 'refused', code: 'ACCESS_DENIED' } as const)
      : ({ outcome: 'committed' } as const);
    stores.auditLog.append({ at, organizationId, actor, action: 'test', details, ...outcome });
  }
}

async function fillChannels(stores: StoreSet, given: Organization): Promise<void> {
  const { id: organizationId, channels: all } = given;
  const records = all.map(({ id, name: called, topic, position, participantLimit }) => {
    const shown = { name: called, topic, position, participantLimit };
    const policy = { passwordHash: shown.topic || null, net: { ...FREE_NET, replay: false } };
    return { id, organizationId, parentId: null, ...shown, ...policy, version: 0 };
  });
  for (const record of records) await stores.channels.put(record);
  for (const [index, { id, parent, sealed }] of all.entries()) {
    if (sealed) await stores.roles.setSealed(organizationId, id, true);
    const record = records[index];
    const above = parent === null ? undefined : records[parent % records.length];
    // Moved afterwards, so that a parent may be younger than what is below it.
    const moved = record && above && { ...record, parentId: above.id, version: 1 };
    // Some would be below themselves.
    if (moved) await stores.channels.put(moved).catch(() => undefined);
  }
}

async function fillRoles(
  stores: StoreSet,
  given: Organization,
  members: readonly string[],
): Promise<void> {
  const { id: organizationId } = given;
  for (const { holders, ...role } of given.roles) {
    await stores.roles.putRole({
      ...role,
      organizationId,
      implicit: null,
      netPlan: [],
      version: 0,
    });
    for (const holder of holders) {
      const userId = members[holder % members.length];
      if (userId !== undefined)
        await stores.roles.assign({ organizationId, roleId: role.id, userId });
    }
  }
  const seen = new Set<string>();
  for (const [channel, role, allow, deny, here] of given.overrides) {
    const channelId = given.channels[channel % given.channels.length]?.id;
    const id = given.roles[role % given.roles.length]?.id;
    if (channelId === undefined || id === undefined || seen.has(`${channelId} ${id}`)) continue;
    seen.add(`${channelId} ${id}`);
    const subject = { kind: 'role', id } as const;
    const flags = { allow, deny, here, below: !here, version: 0 };
    await stores.roles.putOverride({ organizationId, channelId, subject, ...flags });
  }
}
