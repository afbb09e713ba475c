import { SystemClock, type Logger, type StoreSet } from '@sidetone/core';
import { openPostgres } from '@sidetone/plugin-postgres';
import { openSqlite } from '@sidetone/plugin-sqlite';
import { createSqlStores, migrateStores, type SqlDatabase } from '@sidetone/sql-stores';
import { createRecordingLogger, type StoreSubject, type TestDatabase } from '@sidetone/testkit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedPostgres } from './shared-postgres.js';

export type SqlBackendName = 'sqlite' | 'postgres';
export const sqlBackendNames: readonly SqlBackendName[] = ['sqlite', 'postgres'];

/** A database of its own for one test. */
export interface TestStorage {
  /** A path, or a URL. */
  readonly location: string;
  /** As a process of its own would. */
  open(log?: Logger): Promise<OpenStorage>;
  /** Closes what was opened, and deletes it. */
  dispose(): Promise<void>;
}

export interface OpenStorage {
  readonly database: SqlDatabase;
  close(): Promise<void>;
}

export interface OpenStores extends OpenStorage {
  readonly stores: StoreSet;
}

/** Empty, without tables. */
export async function createStorage(backend: SqlBackendName): Promise<TestStorage> {
  return backend === 'sqlite'
    ? storageIn(await mkdtemp(join(tmpdir(), 'sidetone-sqlite-')))
    : storageOf(await (await sharedPostgres()).createDatabase());
}

export async function openStores(storage: TestStorage): Promise<OpenStores> {
  const log = createRecordingLogger();
  const { database, close } = await storage.open(log);
  await migrateStores(database);
  const stores = createSqlStores({ database, clock: new SystemClock(), log });
  return {
    database,
    stores,
    async close() {
      await stores.auditLog.flush();
      await close();
    },
  };
}

/** For the contract suites. `close` comes after the last test. */
export function storesOn(
  backend: SqlBackendName,
): StoreSubject<StoreSet> & { close(): Promise<void> } {
  const used = new Map<StoreSet, UsedStores>();
  // To empty tables is quicker than to make a database, and the suites have hundreds of tests.
  const idle: UsedStores[] = [];
  const fresh = async (): Promise<UsedStores> => {
    const storage = await createStorage(backend);
    return { storage, open: await openStores(storage), reopened: false };
  };
  return {
    async create() {
      const each = idle.pop() ?? (await fresh());
      used.set(each.open.stores, each);
      return each.open.stores;
    },
    async reopen(stores) {
      const each = required(used.get(stores));
      used.set(stores, { ...each, reopened: true });
      await each.open.close();
      return (await openStores(each.storage)).stores;
    },
    async dispose(stores) {
      const each = required(used.get(stores));
      used.delete(stores);
      if (each.reopened) return each.storage.dispose();
      await each.open.stores.auditLog.flush();
      await emptyTables(each.open.database);
      idle.push(each);
    },
    async close() {
      for (const { storage } of idle) await storage.dispose();
    },
  };
}

interface UsedStores {
  readonly storage: TestStorage;
  readonly open: OpenStores;
  readonly reopened: boolean;
}

function required(each: UsedStores | undefined): UsedStores {
  if (each === undefined) throw new Error('these stores were not created here');
  return each;
}

const ROOT_TABLES = [
  'sidetone_account',
  'sidetone_organization',
  'sidetone_answer',
  'sidetone_resumable_session',
  'sidetone_audit_entry',
];

/** All others refer to these. */
async function emptyTables(database: SqlDatabase): Promise<void> {
  await database.inOrganization(null, async (trx) => {
    for (const table of ROOT_TABLES) await trx(table).delete();
  });
}

function storageIn(folder: string): TestStorage {
  const file = join(folder, 'sidetone.db');
  const closing = new Set<() => Promise<void>>();
  return {
    location: file,
    open: async () => remember(closing, await openSqlite({ file })),
    async dispose() {
      await closeAll(closing);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function storageOf(test: TestDatabase): TestStorage {
  const closing = new Set<() => Promise<void>>();
  return {
    location: test.url,
    open: async (log = createRecordingLogger()) =>
      remember(closing, await openPostgres({ url: test.url }, log)),
    async dispose() {
      await closeAll(closing);
      await test.drop();
    },
  };
}

function remember(closing: Set<() => Promise<void>>, open: OpenStorage): OpenStorage {
  closing.add(open.close);
  return open;
}

async function closeAll(closing: ReadonlySet<() => Promise<void>>): Promise<void> {
  await Promise.all([...closing].map((close) => close()));
}
