import { rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { describePortable } from './portable-content.js';
import { assertSameRecord } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';
import { addAccount, newCredential } from './stored-records.js';
import { describeVersions } from './versioned-records.js';

/** The suite of the `CredentialStore` contract. */
export function describeCredentialStore(
  runner: ContractRunner,
  subject: StoreSubject<StoreSet>,
): void {
  describeStore(runner, 'CredentialStore', subject, (test) => {
    describeVersions(test, {
      noun: 'a credential',
      make: async (stores) => newCredential({ userId: (await addAccount(stores)).id }),
      put: ({ credentials }, record) => credentials.put(record),
      read: ({ credentials }, { userId, kind }) => credentials.get(userId, kind),
      change: (record, round) => ({
        ...record,
        hash: `$made$${round}`.padEnd(1024, 'x'),
        mustChange: round % 2 === 1,
        changedAt: round,
      }),
    });

    test('has one of each kind a user', async (stores) => {
      const [ada, eve] = [await addAccount(stores), await addAccount(stores)];
      const records = [
        newCredential({ userId: ada.id }),
        newCredential({ userId: ada.id, kind: 'totp', hash: 'other' }),
        newCredential({ userId: eve.id, hash: 'third' }),
      ];
      for (const record of records) await stores.credentials.put(record);
      for (const record of records) {
        const kept = await stores.credentials.get(record.userId, record.kind);
        assertSameRecord(kept, { ...record, version: 1 });
      }
      assertSameRecord(await stores.credentials.get(eve.id, 'totp'), null);
      assertSameRecord(await stores.credentials.get(randomUUID(), 'password'), null);
      assertSameRecord(await stores.credentials.get(NO_UUID, 'password'), null);
    });

    test('refuses one of a user who is not there', async ({ credentials }) => {
      const record = newCredential();
      await rejects(credentials.put(record), { code: 'ERR_STORE_REFERENCE' });
      assertSameRecord(await credentials.get(record.userId, record.kind), null);
    });

    test('deletes the one, and takes one that is not there for deleted', async (stores) => {
      const { id: userId } = await addAccount(stores);
      const kept = newCredential({ userId, kind: 'totp' });
      await stores.credentials.put(newCredential({ userId }));
      await stores.credentials.put(kept);
      await stores.credentials.delete(userId, 'password');
      await stores.credentials.delete(userId, 'password');
      await stores.credentials.delete(randomUUID(), 'totp');
      await stores.credentials.delete(NO_UUID, 'totp');
      assertSameRecord(await stores.credentials.get(userId, 'password'), null);
      assertSameRecord(await stores.credentials.get(userId, 'totp'), { ...kept, version: 1 });
      // It begins anew.
      await stores.credentials.put(newCredential({ userId }));
    });

    describePortable(test, subject, {
      store: 'credentials',
      kinds: ['credential'],
      refers: true,
      async fill(stores) {
        const { id: userId } = await addAccount(stores, { name: 'Ada' });
        const record = newCredential({ userId });
        await stores.credentials.put(record);
        await stores.credentials.put({ ...record, hash: 'changed', version: 1 });
        await stores.credentials.put(newCredential({ userId, kind: 'totp', mustChange: true }));
      },
      async spoil({ accounts, credentials }) {
        const { id: userId } = (await accounts.findByName('Ada')) ?? { id: '' };
        await credentials.put(newCredential({ userId, hash: 'spoilt', version: 2 }));
      },
    });
  });
}
