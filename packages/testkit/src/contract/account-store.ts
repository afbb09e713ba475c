import { rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { describePortable } from './portable-content.js';
import { assertSameList, assertSameRecord } from './same-records.js';
import { outcomesOf } from './outcomes.js';
import { describeStore, NO_UUID } from './store-suite.js';
import {
  addAccount,
  addChannel,
  addMember,
  addOrganization,
  addOverride,
  addRole,
  newAccount,
  newCredential,
  newSettings,
} from './stored-records.js';
import { describeVersions } from './versioned-records.js';

const CONFLICT = { code: 'ERR_STORE_CONFLICT' };

/** The suite of the `AccountStore` contract. */
export function describeAccountStore(
  runner: ContractRunner,
  subject: StoreSubject<StoreSet>,
): void {
  describeStore(runner, 'AccountStore', subject, (test) => {
    test('knows nobody at first', async ({ accounts }) => {
      assertSameRecord(await accounts.get(randomUUID()), null);
      assertSameRecord(await accounts.get(NO_UUID), null);
      assertSameRecord(await accounts.findByName('ada'), null);
      assertSameList(await accounts.list({ limit: 10 }), []);
    });

    describeVersions(test, {
      noun: 'an account',
      make: () => newAccount(),
      put: ({ accounts }, record) => accounts.put(record),
      read: ({ accounts }, { id }) => accounts.get(id),
      change: (record, round) => ({
        ...record,
        name: `renamed-${round}`,
        displayName: `Renamed ${round}`,
        disabled: round % 2 === 1,
        administrator: round % 2 === 0,
        createdAt: round,
      }),
    });

    test('finds by name without regard to case and to forms of letters', async (stores) => {
      const account = await addAccount(stores, { name: 'Ada Ⅳ' });
      await addAccount(stores);
      for (const name of ['Ada Ⅳ', 'ADA Ⅳ', 'ada iv', 'ＡＤＡ ＩＶ']) {
        assertSameRecord(await stores.accounts.findByName(name), account);
      }
      assertSameRecord(await stores.accounts.findByName('ada'), null);
    });

    test('refuses a taken name, in any form, and changes nothing', async (stores) => {
      const ada = await addAccount(stores, { name: 'Ada' });
      const eve = await addAccount(stores, { name: 'Eve' });
      await rejects(stores.accounts.put(newAccount({ name: 'ADA' })), CONFLICT);
      await rejects(stores.accounts.put({ ...eve, name: 'ａｄａ' }), CONFLICT);
      assertSameRecord(await stores.accounts.findByName('ada'), ada);
      assertSameRecord(await stores.accounts.findByName('eve'), eve);
    });

    test('gives a name to one of those who ask at once, and away when it is free', async (stores) => {
      const { accounts } = stores;
      const rivals = ['Ada', 'ada', 'ADA', 'aDa'].map((name) => newAccount({ name }));
      const { won, codes } = await outcomesOf(rivals, (rival) => accounts.put(rival));
      assertSameList(
        codes.map((code) => ({ code })),
        [CONFLICT, CONFLICT, CONFLICT],
      );
      const [winner = newAccount()] = won;
      assertSameRecord(await accounts.findByName('ada'), { ...winner, version: 1 });
      await accounts.put({ ...winner, name: 'Renamed', version: 1 });
      const next = await addAccount(stores, { name: 'Ada' });
      assertSameRecord(await accounts.findByName('ada'), next);
      await accounts.delete(next.id);
      await addAccount(stores, { name: 'Ada' });
    });

    test('lists in the order of ids, page by page', async (stores) => {
      const all = [];
      for (let at = 0; at < 7; at++) all.push(await addAccount(stores));
      all.sort((a, b) => (a.id < b.id ? -1 : 1));
      assertSameList(await stores.accounts.list({ limit: 1000 }), all);
      assertSameList(await stores.accounts.list({ limit: 3 }), all.slice(0, 3));
      const after = all[2]?.id ?? '';
      assertSameList(await stores.accounts.list({ after, limit: 3 }), all.slice(3, 6));
      // The page goes on where the last one ended, also when that record is gone.
      await stores.accounts.delete(after);
      assertSameList(await stores.accounts.list({ after, limit: 9 }), all.slice(3));
      const last = all[6]?.id ?? '';
      assertSameList(await stores.accounts.list({ after: last, limit: 9 }), []);
    });

    test('deletes with all that hangs on the account, and nothing else', async (stores) => {
      const organization = await addOrganization(stores);
      const [gone, stays] = [
        await addFull(stores, organization.id),
        await addFull(stores, organization.id),
      ];
      await stores.accounts.delete(gone);
      await stores.accounts.delete(gone);
      await stores.accounts.delete(randomUUID());
      await stores.accounts.delete(NO_UUID);
      assertSameList(await traces(stores, organization.id, gone), []);
      assertSameList(await traces(stores, organization.id, stays), ALL_TRACES);
    });

    describePortable(test, subject, {
      store: 'accounts',
      kinds: ['account'],
      refers: false,
      async fill(stores) {
        const account = await addAccount(stores, { disabled: true });
        await stores.accounts.put({ ...account, displayName: 'Changed' });
        await addAccount(stores, { administrator: true });
      },
      async spoil({ accounts }) {
        for (const each of await accounts.list({ limit: 10 })) {
          await accounts.put({ ...each, displayName: 'Spoilt' });
        }
      },
    });
  });
}

const ALL_TRACES = ['account', 'credential', 'settings', 'member', 'role', 'override'].map(
  (trace) => ({ trace }),
);

/** A user with something in every store that knows users. */
async function addFull(stores: StoreSet, organizationId: string): Promise<string> {
  const { userId } = await addMember(stores, organizationId);
  await stores.credentials.put(newCredential({ userId }));
  await stores.settings.put(newSettings({ userId }));
  const role = await addRole(stores, organizationId);
  await stores.roles.assign({ organizationId, roleId: role.id, userId });
  const channel = await addChannel(stores, organizationId);
  const subject = { kind: 'user', id: userId } as const;
  await addOverride(stores, { organizationId, channelId: channel.id, subject });
  return userId;
}

async function traces(
  { accounts, credentials, settings, members, roles }: StoreSet,
  organizationId: string,
  userId: string,
): Promise<readonly { readonly trace: string }[]> {
  const book = await roles.load(organizationId);
  const found = {
    account: (await accounts.get(userId)) !== null,
    credential: (await credentials.get(userId, 'password')) !== null,
    settings: (await settings.get(userId)) !== null,
    member: (await members.get(organizationId, userId)) !== null,
    role: book.assignments.some((each) => each.userId === userId),
    override: book.overrides.some((each) => each.subject.id === userId),
  };
  return Object.entries(found).flatMap(([trace, there]) => (there ? [{ trace }] : []));
}
