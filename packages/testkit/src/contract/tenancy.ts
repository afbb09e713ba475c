import { deepStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { portableStores, type OverrideSubject, type StoreSet } from '@sidetone/core';
import { isVoiceError } from '@sidetone/protocol';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { collect } from './portable-content.js';
import { assertSameRecords } from './same-records.js';
import { describeStore } from './store-suite.js';
import {
  addChannel,
  addMember,
  addOrganization,
  addOverride,
  addRole,
  newBan,
  newChannel,
  newInvite,
  newMember,
  newOverride,
  newRole,
} from './stored-records.js';

const ORGANIZATIONS = 50;

/** Ids of one of everything that belongs to an organization. */
interface Belongings {
  readonly userId: string;
  readonly channelId: string;
  readonly roleId: string;
  readonly banId: string;
  readonly inviteId: string;
}

interface Tenant extends Belongings {
  readonly organizationId: string;
}

type Call = (stores: StoreSet, organizationId: string, ids: Belongings) => Promise<unknown>;

/** The suite of what no store may tell one organization of another. */
export function describeTenancy(runner: ContractRunner, subject: StoreSubject<StoreSet>): void {
  describeStore(runner, 'StoreSet', subject, (test) => {
    test(`answers foreign ids like unknown ones, of ${ORGANIZATIONS} organizations`, async (stores) => {
      const tenants: Tenant[] = [];
      for (let at = 0; at < ORGANIZATIONS; at++) tenants.push(await addTenant(stores));
      const before = await everything(stores);
      for (const [at, { organizationId }] of tenants.entries()) {
        const foreign = tenants[(at + 1) % tenants.length] as Tenant;
        for (const [name, call] of Object.entries(calls)) {
          const answer = await outcome(call(stores, organizationId, foreign));
          const unknown = await outcome(call(stores, organizationId, randomBelongings()));
          deepStrictEqual(answer, unknown, name);
        }
      }
      assertSameRecords(await everything(stores), before);
    });

    test('gives an organization what is its own and nothing else', async (stores) => {
      const [one, two] = [await addTenant(stores), await addTenant(stores)];
      for (const { organizationId, ...own } of [one, two]) {
        const book = await stores.roles.load(organizationId);
        const seen = {
          userId: (await stores.members.list(organizationId, { limit: 9 })).map((m) => m.userId),
          channelId: (await stores.channels.load(organizationId)).map(({ id }) => id),
          roleId: book.roles.map(({ id }) => id),
          banId: (await stores.bans.list(organizationId, 0)).map(({ id }) => id),
          inviteId: (await stores.invites.list(organizationId)).map(({ invite }) => invite.id),
        };
        for (const [name, id] of Object.entries(own)) {
          deepStrictEqual(seen[name as keyof Belongings], [id]);
        }
        const { assignments, overrides, sealedChannels } = book;
        for (const each of [...assignments, ...overrides]) {
          deepStrictEqual(each.organizationId, organizationId);
        }
        deepStrictEqual([...sealedChannels], [own.channelId]);
      }
    });
  });
}

/** Every method that takes an organization and the id of something in it. */
const calls: Readonly<Record<string, Call>> = {
  getMember: ({ members }, id, { userId }) => members.get(id, userId),
  putMember: ({ members }, organizationId, { userId }) =>
    members.put(newMember({ organizationId, userId, version: 1 })),
  deleteMember: ({ members }, id, { userId }) => members.delete(id, userId),
  putChannel: ({ channels }, organizationId, { channelId }) =>
    channels.put(newChannel({ organizationId, id: channelId, version: 1 })),
  putChannelBelow: ({ channels }, organizationId, { channelId }) =>
    channels.put(newChannel({ organizationId, parentId: channelId })),
  deleteSubtree: ({ channels }, id, { channelId }) => channels.deleteSubtree(id, channelId),
  putRole: ({ roles }, organizationId, { roleId }) =>
    roles.putRole(newRole({ organizationId, id: roleId, version: 1 })),
  deleteRole: ({ roles }, id, { roleId }) => roles.deleteRole(id, roleId),
  assign: ({ roles }, organizationId, { roleId, userId }) =>
    roles.assign({ organizationId, roleId, userId }),
  unassign: ({ roles }, organizationId, { roleId, userId }) =>
    roles.unassign({ organizationId, roleId, userId }),
  putOverride: ({ roles }, organizationId, ids) =>
    roles.putOverride(newOverride({ organizationId, ...overridden(ids) })),
  deleteOverride: ({ roles }, id, ids) => {
    const { channelId, subject } = overridden(ids);
    return roles.deleteOverride(id, channelId, subject);
  },
  seal: ({ roles }, id, { channelId }) => roles.setSealed(id, channelId, true),
  unseal: ({ roles }, id, { channelId }) => roles.setSealed(id, channelId, false),
  deleteBan: ({ bans }, id, { banId }) => bans.delete(id, banId),
  useInvite: ({ invites }, id, { inviteId, userId }) => invites.use(id, inviteId, userId, 0),
  deleteInvite: ({ invites }, id, { inviteId }) => invites.delete(id, inviteId),
};

function overridden({ channelId, roleId }: Belongings): {
  readonly channelId: string;
  readonly subject: OverrideSubject;
} {
  return { channelId, subject: { kind: 'role', id: roleId } };
}

function randomBelongings(): Belongings {
  const [userId, channelId, roleId] = [randomUUID(), randomUUID(), randomUUID()];
  return { userId, channelId, roleId, banId: randomUUID(), inviteId: randomUUID() };
}

async function addTenant(stores: StoreSet): Promise<Tenant> {
  const { id: organizationId } = await addOrganization(stores);
  const { userId } = await addMember(stores, organizationId);
  const { id: channelId } = await addChannel(stores, organizationId);
  const { id: roleId } = await addRole(stores, organizationId);
  await stores.roles.assign({ organizationId, roleId, userId });
  const subject = { kind: 'role', id: roleId } as const;
  await addOverride(stores, { organizationId, channelId, subject });
  await stores.roles.setSealed(organizationId, channelId, true);
  const ban = newBan({ organizationId });
  await stores.bans.put(ban);
  const invite = newInvite({ organizationId });
  await stores.invites.put(invite);
  return { organizationId, userId, channelId, roleId, banId: ban.id, inviteId: invite.id };
}

async function outcome(attempt: Promise<unknown>): Promise<unknown> {
  try {
    return { answer: await attempt };
  } catch (error) {
    return { code: isVoiceError(error) ? error.code : String(error) };
  }
}

async function everything(stores: StoreSet): Promise<readonly object[]> {
  const lines: object[] = [];
  for (const name of portableStores) lines.push(...(await collect(stores[name].export())));
  return lines;
}
