import path from 'node:path';
import { SystemClock, type Logger, type Plugin, type StoreSet } from '@sidetone/core';
import { openPostgres, postgres } from '@sidetone/plugin-postgres';
import { openSqlite, sqlite } from '@sidetone/plugin-sqlite';
import { createSqlStores, migrateStores, type SqlDatabase } from '@sidetone/sql-stores';
import type { Settings } from '../config/settings.js';

export function sqliteFile({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return path.join(dataDir, 'sidetone.db');
}

export function storagePlugin(settings: Settings): Plugin {
  const { databaseUrl, database } = settings;
  if (databaseUrl === null) return sqlite({ file: sqliteFile(settings) });
  return postgres({ url: databaseUrl.reveal(), maxConnections: database.maxConnections });
}

export interface OpenDatabase {
  readonly database: SqlDatabase;
  close(): Promise<void>;
}

/** The database as it is, without a server around it and without migrations. */
export function openDatabase(settings: Settings, log: Logger): Promise<OpenDatabase> {
  const { databaseUrl } = settings;
  if (databaseUrl === null) return openSqlite({ file: sqliteFile(settings) });
  return openPostgres({ url: databaseUrl.reveal(), maxConnections: 2 }, log);
}

export interface OpenStores {
  readonly stores: StoreSet;
  close(): Promise<void>;
}

/** All stores, up to date, and no server that would put its first records into them. */
export async function openStores(settings: Settings, log: Logger): Promise<OpenStores> {
  const opened = await openDatabase(settings, log);
  const { database } = opened;
  try {
    await migrateStores(database);
  } catch (error) {
    await opened.close();
    throw error;
  }
  const stores = createSqlStores({ database, clock: new SystemClock(), log });
  return {
    stores,
    async close() {
      await stores.auditLog.flush();
      await opened.close();
    },
  };
}
