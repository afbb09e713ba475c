import type { StoreSet } from '@sidetone/core';
import { FREE_NET } from '@sidetone/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { createStorage, openStores, sqlBackendNames } from '../support/sql-backend.js';
import { fillOrganization, readOrganization, type Tenant } from './support/tenant.js';

const ORGANIZATIONS = 50;

/** Every method that is about one organization, asked in the first one about what the second has. */
const questions: Readonly<
  Record<string, (stores: StoreSet, asking: Tenant, foreign: Tenant) => Promise<unknown>>
> = {
  'members.get': ({ members }, { id }, foreign) => members.get(id, foreign.userId),
  'members.list': async ({ members }, { id }, foreign) =>
    (await members.list(id, { limit: 1000 })).filter(({ userId }) => userId === foreign.userId),
  'members.delete': ({ members }, { id }, foreign) => members.delete(id, foreign.userId),
  'channels.load': async ({ channels }, { id }, foreign) =>
    (await channels.load(id)).filter((each) => each.id === foreign.channelId),
  'channels.put below': ({ channels }, { id }, foreign) =>
    channels.put({
      id: randomUUID(),
      organizationId: id,
      parentId: foreign.channelId,
      name: 'Below',
      topic: '',
      position: 0,
      participantLimit: null,
      passwordHash: null,
      net: FREE_NET,
      version: 0,
    }),
  'channels.deleteSubtree': ({ channels }, { id }, foreign) =>
    channels.deleteSubtree(id, foreign.channelId),
  'roles.load': async ({ roles }, { id }, foreign) => {
    const book = await roles.load(id);
    return [
      ...book.roles.filter((role) => role.id === foreign.roleId),
      ...book.assignments.filter(({ roleId }) => roleId === foreign.roleId),
      ...book.overrides.filter(({ channelId }) => channelId === foreign.channelId),
      ...book.sealedChannels.filter((channelId) => channelId === foreign.channelId),
    ];
  },
  'roles.deleteRole': ({ roles }, { id }, foreign) => roles.deleteRole(id, foreign.roleId),
  'roles.assign': ({ roles }, asking, foreign) =>
    roles.assign({ organizationId: asking.id, roleId: foreign.roleId, userId: asking.userId }),
  'roles.assign to a stranger': ({ roles }, asking, foreign) =>
    roles.assign({ organizationId: asking.id, roleId: asking.roleId, userId: foreign.userId }),
  'roles.unassign': ({ roles }, { id }, foreign) =>
    roles.unassign({ organizationId: id, roleId: foreign.roleId, userId: foreign.userId }),
  'roles.putOverride at a channel': ({ roles }, asking, foreign) =>
    roles.putOverride({
      organizationId: asking.id,
      channelId: foreign.channelId,
      subject: { kind: 'role', id: asking.roleId },
      allow: [],
      deny: [],
      here: true,
      below: true,
      version: 0,
    }),
  'roles.putOverride about a role': ({ roles }, asking, foreign) =>
    roles.putOverride({
      organizationId: asking.id,
      channelId: asking.channelId,
      subject: { kind: 'role', id: foreign.roleId },
      allow: [],
      deny: [],
      here: true,
      below: true,
      version: 0,
    }),
  'roles.deleteOverride': ({ roles }, { id }, foreign) =>
    roles.deleteOverride(id, foreign.channelId, { kind: 'role', id: foreign.roleId }),
  'roles.setSealed': ({ roles }, { id }, foreign) => roles.setSealed(id, foreign.channelId, true),
  'roles.setSealed off': ({ roles }, { id }, foreign) =>
    roles.setSealed(id, foreign.channelId, false),
  'bans.list': async ({ bans }, { id }, foreign) =>
    (await bans.list(id, 0)).filter((ban) => ban.id === foreign.banId),
  'bans.delete': ({ bans }, { id }, foreign) => bans.delete(id, foreign.banId),
  'invites.list': async ({ invites }, { id }, foreign) =>
    (await invites.list(id)).filter(({ invite }) => invite.id === foreign.inviteId),
  'invites.use': ({ invites }, asking, foreign) =>
    invites.use(asking.id, foreign.inviteId, asking.userId, 0),
  'invites.delete': ({ invites }, { id }, foreign) => invites.delete(id, foreign.inviteId),
  'auditLog.list': async ({ auditLog }, { id }, foreign) =>
    (await auditLog.list(id, 1000)).filter((entry) => entry.organizationId === foreign.id),
};

for (const backend of sqlBackendNames) {
  describe(`Fifty organizations on ${backend}`, function () {
    this.timeout(60_000);

    it('answer every question about a foreign record as if it did not exist', async () => {
      const storage = await createStorage(backend);
      try {
        const { stores } = await openStores(storage);
        const tenants: Tenant[] = [];
        for (let at = 0; at < ORGANIZATIONS; at++) tenants.push(await fillOrganization(stores));
        const before = new Map<string, unknown>();
        for (const tenant of tenants) before.set(tenant.id, await readOrganization(stores, tenant));
        for (const [name, ask] of Object.entries(questions)) {
          await fc.assert(
            fc.asyncProperty(pairOf(tenants), async ([asking, foreign]) => {
              if (!asking || !foreign) throw new Error('two organizations are needed');
              const answer = await outcomeOf(ask(stores, asking, foreign));
              expect(answer).to.deep.equal(await outcomeOf(ask(stores, asking, strangers())), name);
              for (const tenant of [asking, foreign]) {
                const now = await readOrganization(stores, tenant);
                expect(now, name).to.deep.equal(before.get(tenant.id));
              }
            }),
            { numRuns: 8 },
          );
        }
        for (const tenant of tenants) {
          expect(await readOrganization(stores, tenant)).to.deep.equal(before.get(tenant.id));
        }
      } finally {
        await storage.dispose();
      }
    });
  });
}

/** Two different ones. */
function pairOf(tenants: readonly Tenant[]): fc.Arbitrary<readonly Tenant[]> {
  return fc.shuffledSubarray([...tenants], { minLength: 2, maxLength: 2 });
}

/** Ids that no organization has. */
function strangers(): Tenant {
  return {
    id: randomUUID(),
    userId: randomUUID(),
    channelId: randomUUID(),
    roleId: randomUUID(),
    banId: randomUUID(),
    inviteId: randomUUID(),
  };
}

/** What came of it: a value, or the code of a refusal. */
async function outcomeOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    return { value: await attempt };
  } catch (error) {
    return { code: (error as { code?: unknown }).code };
  }
}
