import { deepStrictEqual, rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ChannelRecord, StoreSet } from '@sidetone/core';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { outcomesOf } from './outcomes.js';
import { describePortable } from './portable-content.js';
import { assertSameList } from './same-records.js';
import { describeStore, NO_UUID } from './store-suite.js';
import { addChannel, addOrganization, addOverride, addRole, newChannel } from './stored-records.js';
import { describeVersions } from './versioned-records.js';

const CONFLICT = { code: 'ERR_STORE_CONFLICT' };
const REFERENCE = { code: 'ERR_STORE_REFERENCE' };

/** The suite of the `ChannelStore` contract. */
export function describeChannelStore(
  runner: ContractRunner,
  subject: StoreSubject<StoreSet>,
): void {
  describeStore(runner, 'ChannelStore', subject, (test) => {
    describeVersions(test, {
      noun: 'a channel',
      async make(stores) {
        const { id: organizationId } = await addOrganization(stores);
        const { id: parentId } = await addChannel(stores, organizationId);
        return newChannel({ organizationId, parentId });
      },
      put: ({ channels }, record) => channels.put(record),
      read: async ({ channels }, { organizationId, id }) =>
        (await channels.load(organizationId)).find((each) => each.id === id) ?? null,
      change: (record, round): ChannelRecord => ({
        ...record,
        parentId: round % 2 === 1 ? null : record.parentId,
        name: `Ümlaut ${round} 🛰`,
        topic: '',
        position: 65_535 - round,
        participantLimit: round + 1,
        passwordHash: round % 2 === 1 ? '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA' : null,
        net: {
          floorMode: 'lockout',
          minTalkPriority: 2,
          maxTransmissionMs: 1_000 * round,
          replay: false,
        },
      }),
    });

    test('has no channels of an organization that it does not know', async (stores) => {
      await addChannel(stores, (await addOrganization(stores)).id);
      assertSameList(await stores.channels.load(randomUUID()), []);
      assertSameList(await stores.channels.load(NO_UUID), []);
    });

    test('loads by position, then by id', async (stores) => {
      const { id } = await addOrganization(stores);
      const all: ChannelRecord[] = [];
      for (const position of [10, 9, 100, 9, 0, 10, 9]) {
        all.push(await addChannel(stores, id, { position }));
      }
      all.sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
      assertSameList(await stores.channels.load(id), all);
    });

    test('lets two channels have one name, also under one parent', async (stores) => {
      const { id } = await addOrganization(stores);
      const all = [
        await addChannel(stores, id, { name: 'One', position: 1 }),
        await addChannel(stores, id, { name: 'One', position: 2 }),
      ];
      assertSameList(await stores.channels.load(id), all);
    });

    test('refuses an organization and a parent that are not there', async (stores) => {
      const { channels } = stores;
      const [here, there] = [await addOrganization(stores), await addOrganization(stores)];
      const foreign = await addChannel(stores, there.id);
      const kept = await addChannel(stores, here.id);
      await rejects(channels.put(newChannel()), REFERENCE);
      for (const parentId of [randomUUID(), foreign.id]) {
        await rejects(channels.put(newChannel({ organizationId: here.id, parentId })), REFERENCE);
        await rejects(channels.put({ ...kept, parentId }), REFERENCE);
      }
      assertSameList(await channels.load(here.id), [kept]);
    });

    test('refuses a channel below itself and changes nothing', async (stores) => {
      const { channels } = stores;
      const { id } = await addOrganization(stores);
      const top = await addChannel(stores, id, { position: 1 });
      const middle = await addChannel(stores, id, { position: 2, parentId: top.id });
      const leaf = await addChannel(stores, id, { position: 3, parentId: middle.id });
      for (const parentId of [top.id, middle.id, leaf.id]) {
        await rejects(channels.put({ ...top, parentId }), CONFLICT);
      }
      assertSameList(await channels.load(id), [top, middle, leaf]);
      deepStrictEqual(await channels.put({ ...leaf, parentId: top.id }), 2);
    });

    test('lets no two moves at once make a ring', async (stores) => {
      const { channels } = stores;
      const { id } = await addOrganization(stores);
      for (let round = 0; round < 5; round++) {
        const [one, two] = [await addChannel(stores, id), await addChannel(stores, id)];
        const moves = [
          { ...one, parentId: two.id },
          { ...two, parentId: one.id },
        ];
        const { won, codes } = await outcomesOf(moves, (move) => channels.put(move));
        deepStrictEqual([won.length, codes], [1, [CONFLICT.code]]);
      }
    });

    test('keeps organizations apart, also two channels of one id', async (stores) => {
      const { channels } = stores;
      const [one, two] = [await addOrganization(stores), await addOrganization(stores)];
      const theirs = await addChannel(stores, one.id, { name: 'Theirs' });
      await channels.deleteSubtree(two.id, theirs.id);
      const foreign = { ...theirs, organizationId: two.id, name: 'Foreign' };
      await rejects(channels.put(foreign), { code: 'ERR_STORE_VERSION' });
      assertSameList(await channels.load(two.id), []);
      deepStrictEqual(await channels.put({ ...foreign, version: 0 }), 1);
      assertSameList(await channels.load(one.id), [theirs]);
      assertSameList(await channels.load(two.id), [{ ...foreign, version: 1 }]);
    });

    test('deletes a channel with all below it and what there is for roles', async (stores) => {
      const { channels, roles } = stores;
      const { id: organizationId } = await addOrganization(stores);
      const role = await addRole(stores, organizationId);
      const subject = { kind: 'role', id: role.id } as const;
      const tree: ChannelRecord[] = [];
      for (let depth = 0; depth < 4; depth++) {
        const parentId = tree[depth - 1]?.id ?? null;
        const channel = await addChannel(stores, organizationId, { parentId, position: depth });
        await addOverride(stores, { organizationId, channelId: channel.id, subject });
        await roles.setSealed(organizationId, channel.id, true);
        tree.push(channel);
      }
      const beside = await addChannel(stores, organizationId, {
        parentId: tree[0]?.id ?? null,
        position: 9,
      });
      for (const id of [tree[1]?.id ?? '', tree[1]?.id ?? '', randomUUID(), NO_UUID]) {
        await channels.deleteSubtree(organizationId, id);
      }
      await channels.deleteSubtree(randomUUID(), beside.id);
      await channels.deleteSubtree(NO_UUID, beside.id);
      assertSameList(await channels.load(organizationId), [tree[0] ?? beside, beside]);
      const book = await roles.load(organizationId);
      deepStrictEqual([book.overrides.length, book.sealedChannels.length], [1, 1]);
    });

    describePortable(test, subject, {
      store: 'channels',
      kinds: ['channel'],
      refers: true,
      async fill(stores) {
        const { id } = await addOrganization(stores);
        // Below a channel that is younger and that every order by id or position puts behind.
        const leaf = await addChannel(stores, id, { position: 1 });
        const top = await addChannel(stores, id, { position: 9, participantLimit: 5 });
        const middle = await addChannel(stores, id, { position: 5, parentId: top.id });
        await stores.channels.put({ ...leaf, parentId: middle.id });
        await addChannel(stores, (await addOrganization(stores)).id, { id: top.id });
      },
      async spoil({ organizations, channels }) {
        for (const { id } of await organizations.load()) {
          for (const each of await channels.load(id)) {
            await channels.put({ ...each, name: 'Spoilt', parentId: null });
          }
        }
      },
    });
  });
}
