import {
  MemoryAuditLog,
  MemoryChannelStore,
  MemoryOrganizationStore,
  type AuditEntry,
  type AuditLog,
  type ChannelRecord,
  type ChannelStore,
  type OrganizationRecord,
  type OrganizationStore,
} from '@sidetone/core';
import { VoiceError } from '@sidetone/protocol';
import { describeAuditLog } from '../../src/contract/audit-log.js';
import { describeChannelStore } from '../../src/contract/channel-store.js';
import { describeOrganizationStore } from '../../src/contract/organization-store.js';
import { createRecordingLogger } from '../../src/log/recording-logger.js';
import { itCatches, type Defect } from './it-catches.js';

const channels = (create: () => ChannelStore, ...caughtBy: string[]): Defect => ({
  suite: (runner) => describeChannelStore(runner, { create, reopen: (store) => store }),
  caughtBy,
});

class AppendOnlyChannels implements ChannelStore {
  readonly records: ChannelRecord[] = [];

  async load(organizationId: string): Promise<readonly ChannelRecord[]> {
    return this.records.filter((record) => record.organizationId === organizationId);
  }

  async put(record: ChannelRecord): Promise<void> {
    this.records.push({ ...record });
  }

  async delete(): Promise<void> {}
}

class SharedChannels extends MemoryChannelStore {
  readonly #live = new Map<string, ChannelRecord>();

  override async load(organizationId: string): Promise<readonly ChannelRecord[]> {
    return [...this.#live.values()].filter((one) => one.organizationId === organizationId);
  }

  override async put(record: ChannelRecord): Promise<void> {
    this.#live.set(record.id, record);
  }

  override async delete(_organizationId: string, channelId: string): Promise<void> {
    this.#live.delete(channelId);
  }
}

describe('the ChannelStore suite', () => {
  itCatches({
    'never replaces and never deletes': channels(
      () => new AppendOnlyChannels(),
      'replaces what has the same id',
      'takes the same record twice as once',
      'deletes, and takes an unknown id for deleted',
      'takes a subtree away leaf by leaf',
    ),
    'keeps the objects and deletes without asking whose': channels(
      () => new SharedChannels(),
      'keeps organizations apart',
      'does not change with the objects that went in and came out',
    ),
    'gives everybody everything': channels(() => {
      const store = new AppendOnlyChannels();
      store.records.push({
        id: 'stray',
        organizationId: 'other',
        parentId: null,
        name: 'Stray',
        topic: '',
        position: 0,
        participantLimit: null,
      });
      return Object.assign(store, { load: async () => store.records });
    }, 'has no channels of an organization that it does not know'),
    'loses the topic': channels(() => {
      const store = new MemoryChannelStore();
      const put = store.put.bind(store);
      return Object.assign(store, {
        put: (record: ChannelRecord) => put({ ...record, topic: '' }),
      });
    }, 'gives back what was put, every field of it'),
    'wants unique names': channels(() => {
      const names = new Set<string>();
      const store = new MemoryChannelStore();
      const put = store.put.bind(store);
      return Object.assign(store, {
        put: async (record: ChannelRecord) => {
          if (names.has(record.name)) throw new Error('taken');
          names.add(record.name);
          await put(record);
        },
      });
    }, 'lets two channels have one name, also under one parent'),
    'forgets when it is opened anew': {
      suite: (runner) =>
        describeChannelStore(runner, {
          create: () => new MemoryChannelStore(),
          reopen: () => new MemoryChannelStore(),
        }),
      caughtBy: ['has everything again after it was opened anew'],
    },
  });
});

const organizations = (create: () => OrganizationStore, ...caughtBy: string[]): Defect => ({
  suite: (runner) => describeOrganizationStore(runner, { create, reopen: (store) => store }),
  caughtBy,
});

class AppendOnlyOrganizations implements OrganizationStore {
  readonly records: OrganizationRecord[] = [];

  async load(): Promise<readonly OrganizationRecord[]> {
    return this.records;
  }

  async put(record: OrganizationRecord): Promise<void> {
    this.records.push(record);
  }
}

describe('the OrganizationStore suite', () => {
  itCatches({
    'never replaces, knows no unique names and keeps the objects': organizations(
      () => new AppendOnlyOrganizations(),
      'renames what has the same id, also to another case of its name',
      'takes the same record twice as once',
      'refuses a taken name, in any case, and changes nothing',
      'gives a name free that nobody has any more',
      'does not change with the objects that went in and came out',
    ),
    'looks for the name and writes in two steps': organizations(() => {
      const store = new AppendOnlyOrganizations();
      return Object.assign(store, {
        put: async (record: OrganizationRecord) => {
          const name = record.name.toLowerCase();
          const taken = store.records.some(
            (one) => one.id !== record.id && one.name.toLowerCase() === name,
          );
          await Promise.resolve();
          if (taken) throw new VoiceError('ERR_STORE_CONFLICT', `"${record.name}" is taken`);
          const at = store.records.findIndex(({ id }) => id === record.id);
          store.records.splice(at < 0 ? store.records.length : at, 1, { ...record });
        },
      });
    }, 'gives a name to one of those who ask at the same time'),
    'has one from the start': organizations(
      () => {
        const store = new AppendOnlyOrganizations();
        store.records.push({ id: 'first', name: 'First' });
        return store;
      },
      'is empty at first',
      'gives back what was put',
    ),
    'forgets when it is opened anew': {
      suite: (runner) =>
        describeOrganizationStore(runner, {
          create: () => new MemoryOrganizationStore(),
          reopen: () => new MemoryOrganizationStore(),
        }),
      caughtBy: ['has everything again after it was opened anew, taken names included'],
    },
  });
});

const audits = (create: () => AuditLog, ...caughtBy: string[]): Defect => ({
  suite: (runner) => describeAuditLog(runner, { create, reopen: (log) => log }),
  caughtBy,
});

class PlainAuditLog implements AuditLog {
  readonly entries: AuditEntry[] = [];

  append(entry: AuditEntry): void {
    JSON.stringify(entry);
    this.entries.push(entry);
  }

  async list(organizationId: string, limit: number): Promise<readonly AuditEntry[]> {
    return this.entries
      .filter((entry) => entry.organizationId === organizationId)
      .reverse()
      .slice(0, limit);
  }
}

const auditLog = (): MemoryAuditLog => new MemoryAuditLog({ log: createRecordingLogger() });

describe('the AuditLog suite', () => {
  itCatches({
    'keeps the objects': audits(
      () => new PlainAuditLog(),
      'does not change with an entry that was appended',
    ),
    'lists oldest first, of everybody, without limit, a stray one at the start': audits(
      () => {
        const log = new PlainAuditLog();
        log.append({
          at: 0,
          organizationId: 'one',
          actor: { kind: 'program', name: 'stray' },
          action: 'stray',
          details: {},
          outcome: 'committed',
        });
        return Object.assign(log, { list: async () => log.entries });
      },
      'is empty at first',
      'lists newest first, every field of it',
      'lists at most as many as asked for',
      'keeps organizations apart',
    ),
    'sorts by the time alone': audits(() => {
      const log = new PlainAuditLog();
      return Object.assign(log, {
        list: async (_organizationId: string, limit: number) =>
          log.entries.toSorted((a, b) => b.at - a.at).slice(0, limit),
      });
    }, 'lists in the order of appending what happened in one millisecond'),
    'throws at what it cannot keep': audits(() => {
      const log = auditLog();
      const append = log.append.bind(log);
      return Object.assign(log, {
        append: (entry: AuditEntry) => append(structuredClone(entry)),
      });
    }, 'does not throw at what it cannot keep, and goes on'),
    'forgets when it is opened anew': {
      suite: (runner) => describeAuditLog(runner, { create: auditLog, reopen: auditLog }),
      caughtBy: ['has everything again after it was opened anew'],
    },
  });
});
