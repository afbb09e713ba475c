import { deepStrictEqual, rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type {
  OverrideRecord,
  OverrideSubject,
  RoleAssignment,
  RoleBook,
  RoleRecord,
  StoreSet,
} from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { outcomesOf } from './outcomes.js';
import { describePortable } from './portable-content.js';
import { assertSameRecords } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';
import {
  addChannel,
  addMember,
  addOrganization,
  addOverride,
  addRole,
  newOverride,
  newRole,
} from './stored-records.js';
import { describeVersions, type StoreTest } from './versioned-records.js';

const CONFLICT = { code: 'ERR_STORE_CONFLICT' };
const REFERENCE = { code: 'ERR_STORE_REFERENCE' };

/** The suite of the `RoleStore` contract. */
export function describeRoleStore(runner: ContractRunner, subject: StoreSubject<StoreSet>): void {
  describeStore(runner, 'RoleStore', subject, (test) => {
    test('has nothing of an organization that it does not know', async (stores) => {
      await fillOrganization(stores);
      assertBook(await stores.roles.load(randomUUID()), {});
      assertBook(await stores.roles.load(NO_UUID), {});
    });
    describeRoles(test);
    describeAssignments(test);
    describeOverrides(test);
    describeSeals(test);

    test('answers what belongs to another organization as not there', async (stores) => {
      const { roles } = stores;
      const theirs = await fillOrganization(stores);
      const before = await roles.load(theirs.organizationId);
      const { id: organizationId } = await addOrganization(stores);
      const foreign = { ...theirs, organizationId };
      await roles.deleteRole(organizationId, theirs.roleId);
      await roles.unassign(assignmentOf(foreign));
      await roles.deleteOverride(organizationId, theirs.channelId, theirs.subject);
      await roles.setSealed(organizationId, theirs.channelId, false);
      await rejects(roles.setSealed(organizationId, theirs.channelId, true), REFERENCE);
      await rejects(roles.assign(assignmentOf(foreign)), REFERENCE);
      await rejects(roles.putOverride(overrideOf(foreign)), REFERENCE);
      const role = newRole({ id: theirs.roleId, organizationId });
      await rejects(roles.putRole({ ...role, version: 1 }), { code: 'ERR_STORE_VERSION' });
      assertBook(await roles.load(organizationId), {});
      deepStrictEqual(await roles.putRole(role), 1);
      assertBook(await roles.load(theirs.organizationId), before);
    });

    describePortable(test, subject, {
      store: 'roles',
      kinds: ['role', 'roleAssignment', 'override', 'sealedChannel'],
      refers: true,
      async fill(stores) {
        const { organizationId } = await fillOrganization(stores);
        const role = await addRole(stores, organizationId, { implicit: 'everyone' });
        await stores.roles.putRole({ ...role, name: 'Everyone', permissions: [] });
        await fillOrganization(stores);
      },
      async spoil({ organizations, roles }) {
        for (const { id } of await organizations.load()) {
          const book = await roles.load(id);
          for (const each of book.roles) await roles.putRole({ ...each, rank: each.rank + 1 });
          for (const each of book.overrides) await roles.putOverride({ ...each, here: !each.here });
          for (const each of book.assignments) await roles.unassign(each);
          for (const each of book.sealedChannels) await roles.setSealed(id, each, false);
        }
      },
    });
  });
}

function describeRoles(test: StoreTest): void {
  describeVersions(test, {
    noun: 'a role',
    make: async (stores) => newRole({ organizationId: (await addOrganization(stores)).id }),
    put: ({ roles }, record) => roles.putRole(record),
    read: async ({ roles }, { organizationId, id }) =>
      (await roles.load(organizationId)).roles.find((each) => each.id === id) ?? null,
    change: (record, round): RoleRecord => ({
      ...record,
      name: `Renamed ${round}`,
      rank: 65_535 - round,
      permissions: round === 2 ? [] : [`plugin.permission-${round}`, 'VIEW'],
      implicit: round % 2 === 1 ? 'inChannel' : null,
      netPlan: [
        {
          channelId: record.id,
          listen: true,
          selected: false,
          talk: true,
          slot: round,
          level: 80,
          pan: -1,
        },
      ],
    }),
  });

  test('refuses a role of an organization that is not there', async ({ roles }) => {
    const role = newRole();
    await rejects(roles.putRole(role), REFERENCE);
    assertBook(await roles.load(role.organizationId), {});
  });

  test('has names and implicit kinds of roles once an organization', async (stores) => {
    const { roles } = stores;
    const [here, there] = [await addOrganization(stores), await addOrganization(stores)];
    const organizationId = here.id;
    const chief = await addRole(stores, here.id, { name: 'Chief', implicit: 'guest' });
    await addRole(stores, there.id, { name: 'Chief', implicit: 'guest' });
    const other = await addRole(stores, here.id, { implicit: 'everyone' });
    await rejects(roles.putRole(newRole({ organizationId, name: 'ｃHIEF' })), CONFLICT);
    await rejects(roles.putRole({ ...other, name: 'CHIEF' }), CONFLICT);
    await rejects(roles.putRole(newRole({ organizationId, implicit: 'guest' })), CONFLICT);
    await rejects(roles.putRole({ ...other, implicit: 'guest' }), CONFLICT);
    assertBook(await roles.load(here.id), { roles: [chief, other] });
  });

  test('gives a name to one of those roles that come at once', async (stores) => {
    const { id: organizationId } = await addOrganization(stores);
    const rivals = ['Chief', 'chief', 'CHIEF'].map((name) => newRole({ organizationId, name }));
    const { won, codes } = await outcomesOf(rivals, (rival) => stores.roles.putRole(rival));
    deepStrictEqual([won.length, codes], [1, [CONFLICT.code, CONFLICT.code]]);
  });

  test('deletes a role with its assignments and overrides', async (stores) => {
    const gone = await fillOrganization(stores);
    const { organizationId, channelId } = gone;
    const member = await addMember(stores, organizationId);
    const kept = await addRole(stores, organizationId);
    const assignment = { organizationId, roleId: kept.id, userId: member.userId };
    await stores.roles.assign(assignment);
    const subject = { kind: 'role', id: kept.id } as const;
    const override = await addOverride(stores, { organizationId, channelId, subject });
    for (const id of [gone.roleId, gone.roleId, randomUUID(), NO_UUID]) {
      await stores.roles.deleteRole(organizationId, id);
    }
    assertBook(await stores.roles.load(organizationId), {
      roles: [kept],
      assignments: [assignment],
      overrides: [override],
      sealedChannels: [channelId],
    });
  });
}

function describeAssignments(test: StoreTest): void {
  test('assigns and takes away, each once however often', async (stores) => {
    const { roles } = stores;
    const { id: organizationId } = await addOrganization(stores);
    const [one, two] = [
      await addRole(stores, organizationId),
      await addRole(stores, organizationId),
    ];
    const { userId } = await addMember(stores, organizationId);
    const first = { organizationId, roleId: one.id, userId };
    const second = { organizationId, roleId: two.id, userId };
    await Promise.all([roles.assign(first), roles.assign(first), roles.assign(second)]);
    await roles.assign(first);
    assertBook(await roles.load(organizationId), {
      roles: [one, two],
      assignments: [first, second],
    });
    await roles.unassign(first);
    await roles.unassign(first);
    await roles.unassign({ organizationId, roleId: NO_UUID, userId: NO_UUID });
    assertBook(await roles.load(organizationId), { roles: [one, two], assignments: [second] });
  });

  test('refuses to assign a role or to a member that is not there', async (stores) => {
    const { roles } = stores;
    const { id: organizationId } = await addOrganization(stores);
    const role = await addRole(stores, organizationId);
    const { userId } = await addMember(stores, organizationId);
    const stranger = await addMember(stores, (await addOrganization(stores)).id);
    const roleId = role.id;
    await rejects(roles.assign({ organizationId, roleId: randomUUID(), userId }), REFERENCE);
    await rejects(roles.assign({ organizationId, roleId, userId: randomUUID() }), REFERENCE);
    await rejects(roles.assign({ organizationId, roleId, userId: stranger.userId }), REFERENCE);
    assertBook(await roles.load(organizationId), { roles: [role] });
  });
}

function describeOverrides(test: StoreTest): void {
  describeVersions(test, {
    noun: 'an override',
    async make(stores) {
      const { organizationId, channelId, userId } = await fillOrganization(stores);
      return newOverride({ organizationId, channelId, subject: { kind: 'user', id: userId } });
    },
    put: ({ roles }, record) => roles.putOverride(record),
    read: async ({ roles }, { organizationId, subject }) =>
      (await roles.load(organizationId)).overrides.find((each) => each.subject.id === subject.id) ??
      null,
    change: (record, round) => ({
      ...record,
      allow: round % 2 === 1 ? [] : [`allowed-${round}`],
      deny: [`denied-${round}`, 'VIEW'],
      here: round % 2 === 1,
      below: round % 2 === 0,
    }),
  });

  test('has an override for each channel and subject, and deletes the one', async (stores) => {
    const { roles } = stores;
    const { organizationId, channelId, userId, roleId, subject } = await fillOrganization(stores);
    const other = (await addChannel(stores, organizationId)).id;
    const user: OverrideSubject = { kind: 'user', id: userId };
    const added = [
      await addOverride(stores, { organizationId, channelId, subject: user }),
      await addOverride(stores, { organizationId, channelId: other, subject: user }),
      await addOverride(stores, { organizationId, channelId: other, subject }),
    ];
    deepStrictEqual((await roles.load(organizationId)).overrides.length, 4);
    await roles.deleteOverride(organizationId, channelId, subject);
    await roles.deleteOverride(organizationId, channelId, subject);
    await roles.deleteOverride(organizationId, NO_UUID, { kind: 'role', id: NO_UUID });
    // A role is no user, even with the same id.
    await roles.deleteOverride(organizationId, other, { kind: 'user', id: roleId });
    assertSameRecords((await roles.load(organizationId)).overrides, added);
  });

  test('refuses an override about what the organization does not have', async (stores) => {
    const { roles } = stores;
    const here = await fillOrganization(stores);
    const there = await fillOrganization(stores);
    const { organizationId, channelId } = here;
    const before = await roles.load(organizationId);
    const subjects: readonly OverrideSubject[] = [
      { kind: 'role', id: randomUUID() },
      { kind: 'role', id: there.roleId },
      { kind: 'role', id: here.userId },
      { kind: 'user', id: there.userId },
      { kind: 'user', id: here.roleId },
    ];
    for (const subject of subjects) {
      const override = newOverride({ organizationId, channelId, subject });
      await rejects(roles.putOverride(override), REFERENCE, JSON.stringify(subject));
    }
    for (const channel of [randomUUID(), there.channelId]) {
      const override = overrideOf({ ...here, channelId: channel });
      await rejects(roles.putOverride(override), REFERENCE);
    }
    assertBook(await roles.load(organizationId), before);
  });
}

function describeSeals(test: StoreTest): void {
  test('seals and unseals channels, each once however often', async (stores) => {
    const { roles } = stores;
    const { id: organizationId } = await addOrganization(stores);
    const one = (await addChannel(stores, organizationId)).id;
    const two = (await addChannel(stores, organizationId)).id;
    await Promise.all([
      roles.setSealed(organizationId, one, true),
      roles.setSealed(organizationId, one, true),
    ]);
    await roles.setSealed(organizationId, two, true);
    assertBook(await roles.load(organizationId), { sealedChannels: [one, two] });
    await roles.setSealed(organizationId, one, false);
    await roles.setSealed(organizationId, one, false);
    await roles.setSealed(organizationId, NO_UUID, false);
    await rejects(roles.setSealed(organizationId, randomUUID(), true), REFERENCE);
    assertBook(await roles.load(organizationId), { sealedChannels: [two] });
  });
}

interface Filled {
  readonly organizationId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly roleId: string;
  readonly subject: OverrideSubject;
}

/** An organization with one of everything that concerns roles; the override is about the role. */
async function fillOrganization(stores: StoreSet): Promise<Filled> {
  const { id: organizationId } = await addOrganization(stores);
  const { id: channelId } = await addChannel(stores, organizationId);
  const { userId } = await addMember(stores, organizationId);
  const { id: roleId } = await addRole(stores, organizationId);
  const subject = { kind: 'role', id: roleId } as const;
  await stores.roles.assign({ organizationId, roleId, userId });
  await addOverride(stores, { organizationId, channelId, subject });
  await stores.roles.setSealed(organizationId, channelId, true);
  return { organizationId, channelId, userId, roleId, subject };
}

function assignmentOf({ organizationId, roleId, userId }: Filled): RoleAssignment {
  return { organizationId, roleId, userId };
}

function overrideOf({ organizationId, channelId, subject }: Filled): OverrideRecord {
  return newOverride({ organizationId, channelId, subject });
}

function assertBook(actual: RoleBook, expected: Partial<RoleBook>): void {
  assertSameRecords(actual.roles, expected.roles ?? []);
  assertSameRecords(actual.assignments, expected.assignments ?? []);
  assertSameRecords(actual.overrides, expected.overrides ?? []);
  deepStrictEqual([...actual.sealedChannels].sort(), [...(expected.sealedChannels ?? [])].sort());
}
