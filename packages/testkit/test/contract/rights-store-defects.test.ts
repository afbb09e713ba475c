import { MemoryBanStore, MemoryDatabase, MemoryInviteStore, MemoryRoleStore } from '@sidetone/core';
import { describeRoleStore } from '../../src/contract/role-store.js';
import { describeBanStore } from '../../src/contract/ban-store.js';
import { describeInviteStore } from '../../src/contract/invite-store.js';
import { alone, defect, withStore } from './broken-stores.js';
import { commonDefects, elsewhere, portableDefects, versionDefects } from './common-defects.js';
import { itCatches } from './it-catches.js';

describe('the RoleStore suite', () => {
  itCatches({
    ...commonDefects(describeRoleStore, 'roles'),
    ...versionDefects(describeRoleStore, 'roles', 'a role', 'putRole'),
    ...versionDefects(describeRoleStore, 'roles', 'an override', 'putOverride'),
    ...portableDefects(describeRoleStore, 'roles', 'role', 'putRole'),
    'refers to nothing': defect(
      describeRoleStore,
      alone({ roles: new MemoryRoleStore(new MemoryDatabase()) }),
      'refuses a role of an organization that is not there',
      'refuses to assign a role or to a member that is not there',
      'refuses an override about what the organization does not have',
      'seals and unseals channels, each once however often',
      elsewhere,
    ),
    'has names and implicit kinds once for all organizations': defect(
      describeRoleStore,
      withStore('roles', (real, { organizations }) => ({
        async putRole(record) {
          for (const { id } of await organizations.load()) {
            if (id === record.organizationId) continue;
            const { roles } = await real.load(id);
            if (roles.some(({ name }) => name === record.name)) throw new Error('taken');
          }
          return real.putRole(record);
        },
      })),
      'has names and implicit kinds of roles once an organization',
    ),
    'deletes and unseals in whatever organization': defect(
      describeRoleStore,
      withStore('roles', (real, { organizations }) => ({
        async deleteRole(_organizationId, roleId) {
          for (const { id } of await organizations.load()) await real.deleteRole(id, roleId);
        },
      })),
      'answers what belongs to another organization as not there',
    ),
    'takes a role for a user with its id': defect(
      describeRoleStore,
      withStore('roles', (real) => ({
        async deleteOverride(organizationId, channelId, { id }) {
          await real.deleteOverride(organizationId, channelId, { kind: 'user', id });
          await real.deleteOverride(organizationId, channelId, { kind: 'role', id });
        },
      })),
      'has an override for each channel and subject, and deletes the one',
    ),
    'leaves the assignments of a role behind': defect(
      describeRoleStore,
      withStore('roles', (real) => {
        const ghosts = new Map<string, Awaited<ReturnType<typeof real.load>>>();
        return {
          async deleteRole(organizationId, roleId) {
            const before = ghosts.get(organizationId) ?? (await real.load(organizationId));
            ghosts.set(organizationId, before);
            await real.deleteRole(organizationId, roleId);
          },
          async load(id) {
            const book = await real.load(id);
            return { ...book, assignments: ghosts.get(id)?.assignments ?? book.assignments };
          },
        };
      }),
      'deletes a role with its assignments and overrides',
    ),
    'assigns twice what is assigned twice': defect(
      describeRoleStore,
      withStore('roles', (real) => {
        const twice: Parameters<typeof real.assign>[0][] = [];
        return {
          async assign(assignment) {
            await real.assign(assignment);
            twice.push(assignment);
          },
          async load(id) {
            return { ...(await real.load(id)), assignments: twice };
          },
        };
      }),
      'assigns and takes away, each once however often',
    ),
  });
});

describe('the BanStore suite', () => {
  itCatches({
    ...commonDefects(describeBanStore, 'bans'),
    ...portableDefects(describeBanStore, 'bans', 'ban'),
    'takes any organization': defect(
      describeBanStore,
      alone({ bans: new MemoryBanStore(new MemoryDatabase()) }),
      'refuses a ban of an organization that is not there',
      elsewhere,
    ),
    'lists those too that are over, oldest first': defect(
      describeBanStore,
      withStore('bans', (real) => ({
        list: async (id) => (await real.list(id, -1)).toReversed(),
      })),
      'lists newest first, then by id, every field of them',
      'lists a ban until it expires',
    ),
    'replaces a ban by another': defect(
      describeBanStore,
      withStore('bans', (real) => ({
        async put(record) {
          await real.delete(record.organizationId, record.id);
          await real.put(record);
        },
      })),
      'takes the same ban twice as once and refuses another with its id',
    ),
    'lifts bans of whatever organization': defect(
      describeBanStore,
      withStore('bans', (real, { organizations }) => ({
        async delete(_organizationId, banId) {
          for (const { id } of await organizations.load()) await real.delete(id, banId);
        },
      })),
      'deletes, of its own organization alone',
    ),
  });
});

describe('the InviteStore suite', () => {
  itCatches({
    ...commonDefects(describeInviteStore, 'invites'),
    ...portableDefects(describeInviteStore, 'invites', 'invite'),
    'takes any organization': defect(
      describeInviteStore,
      alone({ invites: new MemoryInviteStore(new MemoryDatabase()) }),
      'refuses an invite of an organization that is not there',
      elsewhere,
    ),
    'counts in two steps': defect(
      describeInviteStore,
      withStore('invites', (real) => {
        const users = new Map<string, string[]>();
        return {
          async use(organizationId, inviteId, userId, now) {
            const list = await real.list(organizationId);
            const invite = list.find((each) => each.invite.id === inviteId)?.invite;
            if (!invite) return false;
            const before = users.get(inviteId) ?? [];
            if (before.includes(userId)) return true;
            if (before.length >= (invite.maxUses ?? Infinity)) return false;
            if ((invite.expiresAt ?? Infinity) <= now) return false;
            await Promise.resolve();
            users.set(inviteId, [...before, userId]);
            return true;
          },
          async list(organizationId) {
            const list = await real.list(organizationId);
            return list.map(({ invite }) => ({ invite, uses: users.get(invite.id)?.length ?? 0 }));
          },
        };
      }),
      'lets exactly as many through of 50 at once as it is good for',
    ),
    'turns who is counted away': defect(
      describeInviteStore,
      withStore('invites', (real) => {
        const counted = new Set<string>();
        return {
          async use(organizationId, inviteId, userId, now) {
            if (counted.has(userId)) return false;
            counted.add(userId);
            return real.use(organizationId, inviteId, userId, now);
          },
        };
      }),
      'counts every user once',
      'is used up after as many users as it is good for, who stay counted',
      'cannot be used past its time, except by who is counted',
      'counts one user who comes 50 times at once as one',
    ),
    'is good for everybody in every organization for ever': defect(
      describeInviteStore,
      withStore('invites', () => ({ use: async () => true })),
      'is used up after as many users as it is good for, who stay counted',
      'cannot be used past its time, except by who is counted',
      'cannot be used where it is not there, or of another organization',
    ),
    'lists oldest first, and finds only what has uses': defect(
      describeInviteStore,
      withStore('invites', (real) => ({
        list: async (id) => (await real.list(id)).toReversed(),
        findByCode: async (hash) => {
          const found = await real.findByCode(hash);
          return found && found.uses > 0 ? found : null;
        },
      })),
      'lists newest first, then by id, every field of them',
      'finds by code, of whatever organization',
    ),
    'replaces an invite by another': defect(
      describeInviteStore,
      withStore('invites', (real) => ({
        async put(record) {
          await real.delete(record.organizationId, record.id);
          await real.put(record);
        },
      })),
      'takes the same invite twice as once and refuses another one',
    ),
    'deletes invites of whatever organization': defect(
      describeInviteStore,
      withStore('invites', (real, { organizations }) => ({
        async delete(_organizationId, inviteId) {
          for (const { id } of await organizations.load()) await real.delete(id, inviteId);
        },
      })),
      'deletes, of its own organization alone',
    ),
  });
});
