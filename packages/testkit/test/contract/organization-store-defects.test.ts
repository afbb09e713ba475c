import { MemoryChannelStore, MemoryDatabase, MemoryMemberStore } from '@sidetone/core';
import { isVoiceError } from '@sidetone/protocol';
import { describeOrganizationStore } from '../../src/contract/organization-store.js';
import { describeMemberStore } from '../../src/contract/member-store.js';
import { describeChannelStore } from '../../src/contract/channel-store.js';
import { collect } from '../../src/contract/portable-content.js';
import { alone, defect, memoryStores, withStore } from './broken-stores.js';
import { commonDefects, elsewhere, portableDefects, versionDefects } from './common-defects.js';
import { itCatches } from './it-catches.js';

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
