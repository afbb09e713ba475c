import { rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { describePortable } from './portable-content.js';
import { assertSameRecord } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';
import { addAccount, newSettings } from './stored-records.js';
import { describeVersions } from './versioned-records.js';

/** The suite of the `SettingsStore` contract. */
export function describeSettingsStore(
  runner: ContractRunner,
  subject: StoreSubject<StoreSet>,
): void {
  describeStore(runner, 'SettingsStore', subject, (test) => {
    describeVersions(test, {
      noun: 'a settings document',
      make: async (stores) => newSettings({ userId: (await addAccount(stores)).id }),
      put: ({ settings }, record) => settings.put(record),
      read: ({ settings }, { userId }) => settings.get(userId),
      change: (record, round) => ({ ...record, document: `{"round":${round}}` }),
    });

    test('keeps the document of each user, letter by letter, up to 64 KiB', async (stores) => {
      const documents = [
        '{ "b": 1,\n "a": 2, "b": 1.0, "zero": "\\u0000" }',
        JSON.stringify('é✈🛰'.repeat(7281)),
      ];
      for (const document of documents) {
        const { id: userId } = await addAccount(stores);
        await stores.settings.put(newSettings({ userId, document }));
        assertSameRecord(await stores.settings.get(userId), { userId, document, version: 1 });
      }
    });

    test('has none of and takes none for a user who is not there', async ({ settings }) => {
      const record = newSettings();
      await rejects(settings.put(record), { code: 'ERR_STORE_REFERENCE' });
      assertSameRecord(await settings.get(record.userId), null);
      assertSameRecord(await settings.get(randomUUID()), null);
      assertSameRecord(await settings.get(NO_UUID), null);
    });

    describePortable(test, subject, {
      store: 'settings',
      kinds: ['settings'],
      refers: true,
      async fill(stores) {
        const { id: userId } = await addAccount(stores, { name: 'Ada' });
        await stores.settings.put(newSettings({ userId }));
        await stores.settings.put(newSettings({ userId, document: '{}', version: 1 }));
        await stores.settings.put(newSettings({ userId: (await addAccount(stores)).id }));
      },
      async spoil({ accounts, settings }) {
        const { id: userId } = (await accounts.findByName('Ada')) ?? { id: '' };
        await settings.put(newSettings({ userId, document: '{"spoilt":true}', version: 2 }));
      },
    });
  });
}
