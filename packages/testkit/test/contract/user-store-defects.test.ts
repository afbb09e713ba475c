import { MemoryCredentialStore, MemoryDatabase, MemorySettingsStore } from '@sidetone/core';
import { describeAccountStore } from '../../src/contract/account-store.js';
import { describeCredentialStore } from '../../src/contract/credential-store.js';
import { describeSettingsStore } from '../../src/contract/settings-store.js';
import { alone, defect, memoryStores, withStore } from './broken-stores.js';
import { commonDefects, elsewhere, portableDefects, versionDefects } from './common-defects.js';
import { itCatches } from './it-catches.js';

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
