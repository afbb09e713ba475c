import { deepStrictEqual, rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { MemberRecord, StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { describePortable } from './portable-content.js';
import { assertSameList, assertSameRecord } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';
import {
  addAccount,
  addChannel,
  addMember,
  addOrganization,
  addOverride,
  addRole,
  newMember,
} from './stored-records.js';
import { describeVersions } from './versioned-records.js';

const REFERENCE = { code: 'ERR_STORE_REFERENCE' };

/** The suite of the `MemberStore` contract. */
export function describeMemberStore(runner: ContractRunner, subject: StoreSubject<StoreSet>): void {
  describeStore(runner, 'MemberStore', subject, (test) => {
    describeVersions(test, {
      noun: 'a member',
      async make(stores) {
        const [organization, account] = [await addOrganization(stores), await addAccount(stores)];
        return newMember({ organizationId: organization.id, userId: account.id });
      },
      put: ({ members }, record) => members.put(record),
      read: ({ members }, { organizationId, userId }) => members.get(organizationId, userId),
      change: (record, round) => ({ ...record, displayName: `Ada ${round}`, joinedAt: round }),
    });

    test('refuses a user or an organization that is not there', async (stores) => {
      const [organization, account] = [await addOrganization(stores), await addAccount(stores)];
      const stranger = newMember({ organizationId: organization.id });
      const nowhere = newMember({ userId: account.id });
      await rejects(stores.members.put(stranger), REFERENCE);
      await rejects(stores.members.put(nowhere), REFERENCE);
      assertSameList(await stores.members.list(organization.id, { limit: 10 }), []);
      deepStrictEqual([...(await stores.members.organizationsOf(account.id))], []);
    });

    test('knows a member in the organizations that it is a member of', async (stores) => {
      const ids: string[] = [];
      for (let at = 0; at < 3; at++) ids.push((await addOrganization(stores)).id);
      const [one = '', two = '', three = ''] = ids.sort();
      const ada = await addMember(stores, two);
      const also = await addMember(stores, one, { userId: ada.userId, displayName: 'Chief' });
      const eve = await addMember(stores, three);
      const { members } = stores;
      deepStrictEqual([...(await members.organizationsOf(ada.userId))], [one, two]);
      deepStrictEqual([...(await members.organizationsOf(eve.userId))], [three]);
      deepStrictEqual([...(await members.organizationsOf(randomUUID()))], []);
      deepStrictEqual([...(await members.organizationsOf(NO_UUID))], []);
      assertSameRecord(await members.get(one, ada.userId), also);
      assertSameRecord(await members.get(three, ada.userId), null);
      assertSameRecord(await members.get(randomUUID(), ada.userId), null);
      assertSameRecord(await members.get(NO_UUID, NO_UUID), null);
      assertSameList(await members.list(one, { limit: 10 }), [also]);
      assertSameList(await members.list(two, { limit: 10 }), [ada]);
      assertSameList(await members.list(randomUUID(), { limit: 10 }), []);
    });

    test('lists in the order of user ids, page by page', async (stores) => {
      const { id } = await addOrganization(stores);
      const other = await addOrganization(stores);
      const all: MemberRecord[] = [];
      for (let at = 0; at < 5; at++) {
        all.push(await addMember(stores, id));
        await addMember(stores, other.id);
      }
      all.sort((a, b) => (a.userId < b.userId ? -1 : 1));
      assertSameList(await stores.members.list(id, { limit: 1000 }), all);
      assertSameList(await stores.members.list(id, { limit: 2 }), all.slice(0, 2));
      const after = all[1]?.userId ?? '';
      assertSameList(await stores.members.list(id, { after, limit: 2 }), all.slice(2, 4));
    });

    test('deletes with the roles and overrides of the member there', async (stores) => {
      const [here, there] = [await addOrganization(stores), await addOrganization(stores)];
      const { userId } = await addMember(stores, here.id);
      const elsewhere = await addMember(stores, there.id, { userId });
      const bystander = await addMember(stores, here.id);
      for (const [organizationId, user] of [
        [here.id, userId],
        [here.id, bystander.userId],
        [there.id, userId],
      ] as const) {
        const role = await addRole(stores, organizationId);
        await stores.roles.assign({ organizationId, roleId: role.id, userId: user });
        const channelId = (await addChannel(stores, organizationId)).id;
        const subject = { kind: 'user', id: user } as const;
        await addOverride(stores, { organizationId, channelId, subject });
      }
      await stores.members.delete(here.id, userId);
      await stores.members.delete(here.id, userId);
      await stores.members.delete(NO_UUID, NO_UUID);
      assertSameList(await stores.members.list(here.id, { limit: 10 }), [bystander]);
      assertSameRecord(await stores.members.get(there.id, userId), elsewhere);
      deepStrictEqual([...(await stores.members.organizationsOf(userId))], [there.id]);
      const book = await stores.roles.load(here.id);
      deepStrictEqual(
        book.assignments.map((each) => each.userId),
        [bystander.userId],
      );
      deepStrictEqual(
        book.overrides.map((each) => each.subject.id),
        [bystander.userId],
      );
      deepStrictEqual((await stores.roles.load(there.id)).assignments.length, 1);
    });

    test('does not delete a member of another organization', async (stores) => {
      const [one, two] = [await addOrganization(stores), await addOrganization(stores)];
      const member = await addMember(stores, one.id);
      await stores.members.delete(two.id, member.userId);
      await stores.members.delete(randomUUID(), member.userId);
      assertSameRecord(await stores.members.get(one.id, member.userId), member);
    });

    describePortable(test, subject, {
      store: 'members',
      kinds: ['member'],
      refers: true,
      async fill(stores) {
        const organization = await addOrganization(stores);
        const member = await addMember(stores, organization.id);
        await stores.members.put({ ...member, displayName: 'Changed' });
        await addMember(stores, (await addOrganization(stores)).id, { userId: member.userId });
      },
      async spoil({ organizations, members }) {
        for (const { id } of await organizations.load()) {
          for (const each of await members.list(id, { limit: 10 })) {
            await members.put({ ...each, displayName: 'Spoilt' });
          }
        }
      },
    });
  });
}
