import { rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { BanRecord, StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { describePortable } from './portable-content.js';
import { assertSameList, tamper } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';
import { addOrganization, newBan } from './stored-records.js';

/** The suite of the `BanStore` contract. */
export function describeBanStore(runner: ContractRunner, subject: StoreSubject<StoreSet>): void {
  describeStore(runner, 'BanStore', subject, (test) => {
    test('lists newest first, then by id, every field of them', async (stores) => {
      const { bans } = stores;
      const { id: organizationId } = await addOrganization(stores);
      const all = [
        newBan({ organizationId, createdAt: 9, expiresAt: 100, reason: '' }),
        newBan({
          organizationId,
          createdAt: 1000,
          subject: { kind: 'network', network: '2001:db8::/48' },
        }),
        newBan({ organizationId, createdAt: 80 }),
        newBan({ organizationId, createdAt: 80 }),
        newBan({ organizationId, createdAt: 80, reason: 'r'.repeat(1024) }),
      ];
      for (const each of all) await bans.put(each);
      all.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
      assertSameList(await bans.list(organizationId, 50), all);
    });

    test('lists a ban until it expires', async (stores) => {
      const { bans } = stores;
      const { id: organizationId } = await addOrganization(stores);
      const ban = newBan({ organizationId, createdAt: 10, expiresAt: 100 });
      await bans.put(ban);
      assertSameList(await bans.list(organizationId, 99), [ban]);
      assertSameList(await bans.list(organizationId, 100), []);
      assertSameList(await bans.list(organizationId, 101), []);
    });

    test('takes the same ban twice as once and refuses another with its id', async (stores) => {
      const { bans } = stores;
      const { id: organizationId } = await addOrganization(stores);
      const ban = newBan({ organizationId });
      await Promise.all([bans.put(ban), bans.put(ban)]);
      await bans.put(ban);
      const other: BanRecord = { ...ban, reason: 'another' };
      await rejects(bans.put(other), { code: 'ERR_STORE_CONFLICT' });
      assertSameList(await bans.list(organizationId, 0), [ban]);
    });

    test('refuses a ban of an organization that is not there', async ({ bans }) => {
      const ban = newBan();
      await rejects(bans.put(ban), { code: 'ERR_STORE_REFERENCE' });
      assertSameList(await bans.list(ban.organizationId, 0), []);
      assertSameList(await bans.list(NO_UUID, 0), []);
    });

    test('deletes, of its own organization alone', async (stores) => {
      const { bans } = stores;
      const [here, there] = [await addOrganization(stores), await addOrganization(stores)];
      const gone = newBan({ organizationId: here.id });
      const kept = newBan({ organizationId: here.id });
      const foreign = { ...gone, organizationId: there.id };
      for (const each of [gone, kept, foreign]) await bans.put(each);
      for (const id of [gone.id, gone.id, randomUUID(), NO_UUID]) await bans.delete(here.id, id);
      await bans.delete(there.id, kept.id);
      await bans.delete(NO_UUID, kept.id);
      assertSameList(await bans.list(here.id, 0), [kept]);
      assertSameList(await bans.list(there.id, 0), [foreign]);
    });

    test('does not change with the objects that went in and came out', async (stores) => {
      const { id: organizationId } = await addOrganization(stores);
      const ban = newBan({ organizationId });
      const given = structuredClone(ban);
      await stores.bans.put(given);
      const [read] = await stores.bans.list(organizationId, 0);
      for (const each of [given, read]) {
        tamper(each?.subject, { userId: randomUUID() });
        tamper(each, { reason: 'changed' });
      }
      assertSameList(await stores.bans.list(organizationId, 0), [ban]);
    });

    describePortable(test, subject, {
      store: 'bans',
      kinds: ['ban'],
      refers: true,
      async fill(stores) {
        const { id: organizationId } = await addOrganization(stores);
        await stores.bans.put(newBan({ organizationId }));
        const network = { kind: 'network', network: '203.0.113.0/24' } as const;
        // One that holds no more is content like any other.
        await stores.bans.put(newBan({ organizationId, subject: network, expiresAt: 1 }));
      },
    });
  });
}
