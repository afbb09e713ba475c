import {
  MemoryBanStore,
  MemoryChannelStore,
  MemoryCredentialStore,
  MemoryDatabase,
  MemoryInviteStore,
  MemoryMemberStore,
  MemoryRoleStore,
  MemorySettingsStore,
  type StoreSet,
} from '@sidetone/core';
import { isVoiceError } from '@sidetone/protocol';
import { describeAccountStore } from '../../src/contract/account-store.js';
import { describeBanStore } from '../../src/contract/ban-store.js';
import { describeChannelStore } from '../../src/contract/channel-store.js';
import { describeCredentialStore } from '../../src/contract/credential-store.js';
import { describeInviteStore } from '../../src/contract/invite-store.js';
import { describeMemberStore } from '../../src/contract/member-store.js';
import { describeOrganizationStore } from '../../src/contract/organization-store.js';
import { collect } from '../../src/contract/portable-content.js';
import { describeRoleStore } from '../../src/contract/role-store.js';
import { describeSettingsStore } from '../../src/contract/settings-store.js';
import { defect, memoryStores, withStore } from './broken-stores.js';
import { commonDefects, portableDefects, versionDefects } from './common-defects.js';
import { itCatches } from './it-catches.js';

/** One store that knows nothing of what the others have. */
const alone =
  (store: Partial<StoreSet>): (() => StoreSet) =>
  () => ({ ...memoryStores(), ...store });

const elsewhere = 'refuses an import of what refers to records that are not there';

describe('the AccountStore suite', () => {
  itCatches({
    ...commonDefects(describeAccountStore, 'accounts'),
    ...versionDefects(describeAccountStore, 'accounts', 'an account'),
    ...portableDefects(describeAccountStore, 'accounts', 'account'),
    'finds names letter by letter': defect(
      describeAccountStore,
      withStore('accounts', (real) => ({
        async findByName(name) {
          const found = await real.findByName(name);
          return found?.name === name ? found : null;
        },
      })),
      'finds by name without regard to case and to forms of letters',
    ),
    'looks for the name and writes in two steps': defect(
      describeAccountStore,
      withStore('accounts', (real) => ({
        async put(record) {
          const other = await real.findByName(record.name);
          const version = await real.put({ ...record, name: record.id });
          if (!other || other.id === record.id) return version;
          throw new Error('taken');
        },
      })),
      'gives a name to one of those who ask at once, and away when it is free',
    ),
    'lists from the record named on, and more than asked for': defect(
      describeAccountStore,
      withStore('accounts', (real) => ({
        async list({ after, limit }) {
          const all = await real.list({ limit: 1000 });
          const from = Math.max(
            0,
            all.findIndex(({ id }) => id === after),
          );
          return all.slice(from, from + limit + 1);
        },
      })),
      'lists in the order of ids, page by page',
    ),
    'leaves behind what hangs on an account': defect(
      describeAccountStore,
      () => {
        const database = new MemoryDatabase();
        const settings = new MemorySettingsStore(database);
        return { ...memoryStores(), settings };
      },
      'deletes with all that hangs on the account, and nothing else',
    ),
  });
});

describe('the CredentialStore suite', () => {
  itCatches({
    ...commonDefects(describeCredentialStore, 'credentials'),
    ...versionDefects(describeCredentialStore, 'credentials', 'a credential'),
    ...portableDefects(describeCredentialStore, 'credentials', 'credential'),
    'takes any user': defect(
      describeCredentialStore,
      alone({ credentials: new MemoryCredentialStore(new MemoryDatabase()) }),
      'refuses one of a user who is not there',
      elsewhere,
    ),
    'has one a user': defect(
      describeCredentialStore,
      withStore('credentials', (real) => ({
        get: (userId) => real.get(userId, 'password'),
        put: (record) => real.put({ ...record, kind: 'password' }),
        delete: (userId) => real.delete(userId, 'password'),
      })),
      'has one of each kind a user',
      'deletes the one, and takes one that is not there for deleted',
    ),
    'forgets whether it must be changed': defect(
      describeCredentialStore,
      withStore('credentials', (real) => ({
        put: (record) => real.put({ ...record, mustChange: false }),
      })),
      'counts the versions of a credential from 1 and gives back every field of it',
    ),
  });
});

describe('the SettingsStore suite', () => {
  itCatches({
    ...commonDefects(describeSettingsStore, 'settings'),
    ...versionDefects(describeSettingsStore, 'settings', 'a settings document'),
    ...portableDefects(describeSettingsStore, 'settings', 'settings'),
    'takes any user': defect(
      describeSettingsStore,
      alone({ settings: new MemorySettingsStore(new MemoryDatabase()) }),
      'has none of and takes none for a user who is not there',
      elsewhere,
    ),
    'reads and rewrites the document': defect(
      describeSettingsStore,
      withStore('settings', (real) => ({
        put: (record) =>
          real.put({ ...record, document: JSON.stringify(JSON.parse(record.document)) }),
      })),
      'keeps the document of each user, letter by letter, up to 64 KiB',
    ),
  });
});

describe('the OrganizationStore suite', () => {
  itCatches({
    ...commonDefects(describeOrganizationStore, 'organizations'),
    ...versionDefects(describeOrganizationStore, 'organizations', 'an organization'),
    ...portableDefects(describeOrganizationStore, 'organizations', 'organization'),
    'leaves behind what is in an organization': defect(
      describeOrganizationStore,
      () => ({ ...memoryStores(), channels: new MemoryChannelStore(new MemoryDatabase()) }),
      'deletes with everything in it, and nothing of others',
    ),
    'knows no unique names': defect(
      describeOrganizationStore,
      withStore('organizations', (real) => ({
        put: (record) => real.put({ ...record, name: `${record.name} ${record.id}` }),
        load: async () =>
          (await real.load()).map((each) => ({
            ...each,
            name: each.name.replace(` ${each.id}`, ''),
          })),
      })),
      'refuses a taken name, in any form, and changes nothing',
      'gives a name to one of those who ask at once, and away when it is free',
    ),
    'loads in any order': defect(
      describeOrganizationStore,
      withStore('organizations', (real) => ({
        load: async () => (await real.load()).toReversed(),
      })),
      'loads all of them, by id',
    ),
  });
});

describe('the MemberStore suite', () => {
  itCatches({
    ...commonDefects(describeMemberStore, 'members'),
    ...versionDefects(describeMemberStore, 'members', 'a member'),
    ...portableDefects(describeMemberStore, 'members', 'member'),
    'takes any user of any organization': defect(
      describeMemberStore,
      alone({ members: new MemoryMemberStore(new MemoryDatabase()) }),
      'refuses a user or an organization that is not there',
      'deletes with the roles and overrides of the member there',
      elsewhere,
    ),
    'takes a member of one for a member of all': defect(
      describeMemberStore,
      withStore('members', (real, { organizations }) => ({
        async get(_organizationId, userId) {
          const [first] = await real.organizationsOf(userId);
          return first === undefined ? null : real.get(first, userId);
        },
        async delete(_organizationId, userId) {
          for (const { id } of await organizations.load()) await real.delete(id, userId);
        },
      })),
      'knows a member in the organizations that it is a member of',
      'does not delete a member of another organization',
    ),
    'lists the last ones first': defect(
      describeMemberStore,
      withStore('members', (real) => ({
        list: async (id, page) => (await real.list(id, page)).toReversed(),
      })),
      'lists in the order of user ids, page by page',
    ),
  });
});

describe('the ChannelStore suite', () => {
  itCatches({
    ...commonDefects(describeChannelStore, 'channels'),
    ...versionDefects(describeChannelStore, 'channels', 'a channel'),
    ...portableDefects(describeChannelStore, 'channels', 'channel'),
    'asks for no organization and lets nothing else go with a channel': defect(
      describeChannelStore,
      alone({ channels: new MemoryChannelStore(new MemoryDatabase()) }),
      'refuses an organization and a parent that are not there',
      'deletes a channel with all below it and what there is for roles',
      elsewhere,
    ),
    'deletes one channel and moves up what is below': defect(
      describeChannelStore,
      withStore('channels', (real) => ({
        async deleteSubtree(organizationId, channelId) {
          for (const channel of await real.load(organizationId)) {
            if (channel.parentId === channelId) await real.put({ ...channel, parentId: null });
          }
          await real.deleteSubtree(organizationId, channelId);
        },
      })),
      'deletes a channel with all below it and what there is for roles',
    ),
    'deletes channels of whatever organization': defect(
      describeChannelStore,
      withStore('channels', (real, { organizations }) => ({
        async deleteSubtree(_organizationId, channelId) {
          for (const { id } of await organizations.load()) await real.deleteSubtree(id, channelId);
        },
      })),
      'keeps organizations apart, also two channels of one id',
    ),
    'moves a channel in two steps': defect(
      describeChannelStore,
      withStore('channels', (real) => ({
        async put(record) {
          const { organizationId, id } = record;
          const before = await real.load(organizationId);
          let at = record.parentId;
          while (at !== null && at !== id) at = before.find((c) => c.id === at)?.parentId ?? null;
          if (at !== null) return record.version + 1;
          await Promise.resolve();
          return real.put(record).catch((error: unknown) => {
            if (isVoiceError(error) && error.code === 'ERR_STORE_CONFLICT') return 2;
            throw error;
          });
        },
      })),
      'refuses a channel below itself and changes nothing',
      'lets no two moves at once make a ring',
    ),
    'loads in the order of ids': defect(
      describeChannelStore,
      withStore('channels', (real) => ({
        load: async (id) => (await real.load(id)).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      })),
      'loads by position, then by id',
    ),
    'exports a channel before those above it': defect(
      describeChannelStore,
      withStore('channels', (real) => ({
        async *export() {
          yield* (await collect(real.export())).toReversed();
        },
      })),
      'is the same after an export and an import elsewhere, versions included',
    ),
    'wants unique names': defect(
      describeChannelStore,
      withStore('channels', (real) => ({
        async put(record) {
          const others = await real.load(record.organizationId);
          const taken = others.some(({ id, name }) => id !== record.id && name === record.name);
          if (taken) throw new Error('taken');
          return real.put(record);
        },
      })),
      'lets two channels have one name, also under one parent',
    ),
  });
});

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
