import { deepStrictEqual, rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { OrganizationRecord, StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { outcomesOf } from './outcomes.js';
import { describePortable } from './portable-content.js';
import { assertSameList } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';
import {
  addChannel,
  addMember,
  addOrganization,
  addOverride,
  addRole,
  newBan,
  newInvite,
  newOrganization,
} from './stored-records.js';
import { describeVersions } from './versioned-records.js';

const CONFLICT = { code: 'ERR_STORE_CONFLICT' };

/** The suite of the `OrganizationStore` contract. */
export function describeOrganizationStore(
  runner: ContractRunner,
  subject: StoreSubject<StoreSet>,
): void {
  describeStore(runner, 'OrganizationStore', subject, (test) => {
    describeVersions(test, {
      noun: 'an organization',
      make: () => newOrganization(),
      put: ({ organizations }, record) => organizations.put(record),
      read: async ({ organizations }, { id }) =>
        (await organizations.load()).find((each) => each.id === id) ?? null,
      change: (record, round): OrganizationRecord => ({
        ...record,
        name: `Renamed ${round}`,
        admission: round % 2 === 1 ? 'members' : 'open',
        participantLimit: round + 1,
        channelLimit: 4000 + round,
      }),
    });

    test('loads all of them, by id', async (stores) => {
      assertSameList(await stores.organizations.load(), []);
      const all: OrganizationRecord[] = [];
      for (const name of ['Main', 'Straße 7 ✈', 'Other', 'Fourth']) {
        all.push(await addOrganization(stores, { name }));
      }
      all.sort((a, b) => (a.id < b.id ? -1 : 1));
      assertSameList(await stores.organizations.load(), all);
    });

    test('refuses a taken name, in any form, and changes nothing', async (stores) => {
      const main = await addOrganization(stores, { name: 'Main' });
      const other = await addOrganization(stores, { name: 'Other' });
      await rejects(stores.organizations.put(newOrganization({ name: 'mAIN' })), CONFLICT);
      await rejects(stores.organizations.put({ ...other, name: 'Ｍain' }), CONFLICT);
      // Another case of its own name is no conflict.
      deepStrictEqual(await stores.organizations.put({ ...main, name: 'MAIN' }), 2);
      const names = (await stores.organizations.load()).map(({ name }) => name).sort();
      deepStrictEqual(names, ['MAIN', 'Other']);
    });

    test('gives a name to one of those who ask at once, and away when it is free', async (stores) => {
      const { organizations } = stores;
      const rivals = ['Main', 'main', 'MAIN'].map((name) => newOrganization({ name }));
      const { won, codes } = await outcomesOf(rivals, (rival) => organizations.put(rival));
      deepStrictEqual(codes, [CONFLICT.code, CONFLICT.code]);
      const [winner = newOrganization()] = won;
      assertSameList(await organizations.load(), [{ ...winner, version: 1 }]);
      await organizations.put({ ...winner, name: 'Renamed', version: 1 });
      const next = await addOrganization(stores, { name: 'Main' });
      await organizations.delete(next.id);
      await addOrganization(stores, { name: 'Main' });
    });

    test('deletes with everything in it, and nothing of others', async (stores) => {
      const [gone, stays] = [await addFull(stores), await addFull(stores)];
      await stores.organizations.delete(gone.id);
      await stores.organizations.delete(gone.id);
      await stores.organizations.delete(randomUUID());
      await stores.organizations.delete(NO_UUID);
      assertSameList(await stores.organizations.load(), [stays]);
      deepStrictEqual(await census(stores, gone.id), [0, 0, 0, 0, 0, 0, 0, 0]);
      deepStrictEqual(await census(stores, stays.id), [2, 1, 1, 1, 1, 1, 1, 1]);
    });

    describePortable(test, subject, {
      store: 'organizations',
      kinds: ['organization'],
      refers: false,
      async fill(stores) {
        const main = await addOrganization(stores, { name: 'Main', channelLimit: 7 });
        await stores.organizations.put({ ...main, admission: 'members' });
        await addOrganization(stores, { name: 'Other', participantLimit: 3 });
      },
      async spoil({ organizations }) {
        for (const each of await organizations.load()) {
          await organizations.put({ ...each, name: `${each.name} spoilt` });
        }
      },
    });
  });
}

async function addFull(stores: StoreSet): Promise<OrganizationRecord> {
  const organization = await addOrganization(stores);
  const organizationId = organization.id;
  const { userId } = await addMember(stores, organizationId);
  const top = await addChannel(stores, organizationId);
  const below = await addChannel(stores, organizationId, { parentId: top.id });
  const role = await addRole(stores, organizationId);
  await stores.roles.assign({ organizationId, roleId: role.id, userId });
  const subject = { kind: 'role', id: role.id } as const;
  await addOverride(stores, { organizationId, channelId: below.id, subject });
  await stores.roles.setSealed(organizationId, top.id, true);
  await stores.bans.put(newBan({ organizationId }));
  const invite = newInvite({ organizationId });
  await stores.invites.put(invite);
  await stores.invites.use(organizationId, invite.id, userId, 0);
  return organization;
}

/** How much there is of everything in the organization. */
async function census(stores: StoreSet, organizationId: string): Promise<readonly number[]> {
  const book = await stores.roles.load(organizationId);
  return [
    (await stores.channels.load(organizationId)).length,
    (await stores.members.list(organizationId, { limit: 10 })).length,
    book.roles.length,
    book.assignments.length,
    book.overrides.length,
    book.sealedChannels.length,
    (await stores.bans.list(organizationId, 0)).length,
    (await stores.invites.list(organizationId)).length,
  ];
}
