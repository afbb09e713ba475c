import { deepStrictEqual, rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { InviteRecord, StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { outcomesOf } from './outcomes.js';
import { describePortable } from './portable-content.js';
import { assertSameList, assertSameRecord, tamper } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';
import { addOrganization, newInvite, randomHash } from './stored-records.js';
import type { StoreTest } from './versioned-records.js';

const CONFLICT = { code: 'ERR_STORE_CONFLICT' };

/** The suite of the `InviteStore` contract. */
export function describeInviteStore(runner: ContractRunner, subject: StoreSubject<StoreSet>): void {
  describeStore(runner, 'InviteStore', subject, (test) => {
    describeInvites(test);
    describeUse(test);

    describePortable(test, subject, {
      store: 'invites',
      kinds: ['invite', 'inviteUse'],
      refers: true,
      async fill(stores) {
        const first = await addInvite(stores, { maxUses: 3, roleIds: [randomUUID()] });
        await addInvite(stores, { expiresAt: 1 });
        for (let at = 0; at < 2; at++) {
          await stores.invites.use(first.organizationId, first.id, randomUUID(), 0);
        }
      },
    });
  });
}

function describeInvites(test: StoreTest): void {
  test('lists newest first, then by id, every field of them', async (stores) => {
    const { id: organizationId } = await addOrganization(stores);
    const all: InviteRecord[] = [];
    for (const createdAt of [9, 1000, 80, 80, 80]) {
      const roleIds = [randomUUID(), randomUUID()];
      const invite = newInvite({ organizationId, createdAt, roleIds, maxUses: 7, expiresAt: 5 });
      await stores.invites.put(invite);
      all.push(invite);
    }
    all.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
    const expected = all.map((invite) => ({ invite, uses: 0 }));
    assertSameList(await stores.invites.list(organizationId), expected);
    assertSameList(await stores.invites.list(randomUUID()), []);
    assertSameList(await stores.invites.list(NO_UUID), []);
  });

  test('finds by code, of whatever organization', async (stores) => {
    const [one, two] = [await addInvite(stores), await addInvite(stores)];
    for (const invite of [one, two]) {
      const found = await stores.invites.findByCode(invite.codeHash);
      assertSameRecord(found, { invite, uses: 0 });
    }
    assertSameRecord(await stores.invites.findByCode(randomHash()), null);
  });

  test('takes the same invite twice as once and refuses another one', async (stores) => {
    const { invites } = stores;
    const invite = await addInvite(stores);
    const { organizationId } = invite;
    await Promise.all([invites.put(invite), invites.put(invite)]);
    await rejects(invites.put({ ...invite, maxUses: 2 }), CONFLICT);
    const { codeHash } = invite;
    await rejects(invites.put(newInvite({ organizationId, codeHash })), CONFLICT);
    const other = await addOrganization(stores);
    await rejects(invites.put(newInvite({ organizationId: other.id, codeHash })), CONFLICT);
    assertSameList(await invites.list(organizationId), [{ invite, uses: 0 }]);
    assertSameList(await invites.list(other.id), []);
  });

  test('refuses an invite of an organization that is not there', async ({ invites }) => {
    const invite = newInvite();
    await rejects(invites.put(invite), { code: 'ERR_STORE_REFERENCE' });
    assertSameRecord(await invites.findByCode(invite.codeHash), null);
  });

  test('deletes, of its own organization alone', async (stores) => {
    const { invites } = stores;
    const [gone, kept] = [await addInvite(stores), await addInvite(stores)];
    for (const id of [gone.id, gone.id, kept.id, randomUUID(), NO_UUID]) {
      await invites.delete(gone.organizationId, id);
    }
    await invites.delete(randomUUID(), kept.id);
    await invites.delete(NO_UUID, kept.id);
    assertSameRecord(await invites.findByCode(gone.codeHash), null);
    assertSameList(await invites.list(gone.organizationId), []);
    assertSameRecord(await invites.findByCode(kept.codeHash), { invite: kept, uses: 0 });
  });

  test('does not change with the objects that went in and came out', async (stores) => {
    const { id: organizationId } = await addOrganization(stores);
    const invite = newInvite({ organizationId, roleIds: [randomUUID()] });
    const given = structuredClone(invite);
    await stores.invites.put(given);
    const found = await stores.invites.findByCode(invite.codeHash);
    tamper(found, { uses: 99 });
    for (const each of [given, found?.invite]) {
      tamper(each?.roleIds, { 0: randomUUID() });
      tamper(each, { maxUses: 1 });
    }
    assertSameList(await stores.invites.list(organizationId), [{ invite, uses: 0 }]);
  });
}

function describeUse(test: StoreTest): void {
  test('counts every user once', async (stores) => {
    const { invites } = stores;
    const invite = await addInvite(stores);
    const users = [randomUUID(), randomUUID(), randomUUID()];
    for (const user of [...users, ...users]) {
      deepStrictEqual(await invites.use(invite.organizationId, invite.id, user, 0), true);
    }
    assertSameRecord(await invites.findByCode(invite.codeHash), { invite, uses: 3 });
    assertSameList(await invites.list(invite.organizationId), [{ invite, uses: 3 }]);
  });

  test('is used up after as many users as it is good for, who stay counted', async (stores) => {
    const { invites } = stores;
    const { organizationId, id } = await addInvite(stores, { maxUses: 2 });
    const users = [randomUUID(), randomUUID(), randomUUID()];
    const answers: boolean[] = [];
    for (const user of [...users, ...users]) {
      answers.push(await invites.use(organizationId, id, user, 0));
    }
    deepStrictEqual(answers, [true, true, false, true, true, false]);
  });

  test('cannot be used past its time, except by who is counted', async (stores) => {
    const { invites } = stores;
    const { organizationId, id } = await addInvite(stores, { expiresAt: 100 });
    const [early, late] = [randomUUID(), randomUUID()];
    deepStrictEqual(await invites.use(organizationId, id, early, 99), true);
    deepStrictEqual(await invites.use(organizationId, id, late, 100), false);
    deepStrictEqual(await invites.use(organizationId, id, late, 101), false);
    deepStrictEqual(await invites.use(organizationId, id, early, 101), true);
  });

  test('cannot be used where it is not there, or of another organization', async (stores) => {
    const { invites } = stores;
    const invite = await addInvite(stores);
    const other = await addOrganization(stores);
    const user = randomUUID();
    for (const [organizationId, id] of [
      [other.id, invite.id],
      [randomUUID(), invite.id],
      [invite.organizationId, randomUUID()],
      [NO_UUID, NO_UUID],
    ] as const) {
      deepStrictEqual(await invites.use(organizationId, id, user, 0), false);
    }
    assertSameRecord(await invites.findByCode(invite.codeHash), { invite, uses: 0 });
    await invites.delete(invite.organizationId, invite.id);
    deepStrictEqual(await invites.use(invite.organizationId, invite.id, user, 0), false);
  });

  test('lets exactly as many through of 50 at once as it is good for', async (stores) => {
    const { invites } = stores;
    const invite = await addInvite(stores, { maxUses: 7 });
    const users = Array.from({ length: 50 }, () => randomUUID());
    const results = await Promise.all(
      users.map((user) => invites.use(invite.organizationId, invite.id, user, 0)),
    );
    deepStrictEqual(results.filter(Boolean).length, 7);
    assertSameRecord(await invites.findByCode(invite.codeHash), { invite, uses: 7 });
  });

  test('counts one user who comes 50 times at once as one', async (stores) => {
    const { invites } = stores;
    const invite = await addInvite(stores, { maxUses: 1 });
    const user = randomUUID();
    const attempts = Array.from({ length: 50 }, () => user);
    const { won } = await outcomesOf(attempts, async (each) =>
      deepStrictEqual(await invites.use(invite.organizationId, invite.id, each, 0), true),
    );
    deepStrictEqual(won.length, 50);
    assertSameRecord(await invites.findByCode(invite.codeHash), { invite, uses: 1 });
  });
}

async function addInvite(
  stores: StoreSet,
  changes: Partial<InviteRecord> = {},
): Promise<InviteRecord> {
  const { id: organizationId } = await addOrganization(stores);
  const invite = newInvite({ organizationId, ...changes });
  await stores.invites.put(invite);
  return invite;
}
