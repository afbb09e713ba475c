import {
  Clock,
  HealthCheck,
  provideStores,
  storeTokens,
  type PluginContext,
  type StoreSet,
  type Token,
} from '@sidetone/core';
import { SqlDatabase } from './database/sql-database.js';
import { createSqlStores } from './store/create-sql-stores.js';

/** What a plugin that calls `provideSqlStores` has to list in `provides`; in `requires`: `Clock`. */
export const sqlStoreTokens: readonly Token<unknown>[] = [
  SqlDatabase,
  HealthCheck,
  ...Object.values(storeTokens),
];

/** Provides the database and every store on it. The caller flushes the audit log before it closes. */
export function provideSqlStores(context: PluginContext, database: SqlDatabase): StoreSet {
  const stores = createSqlStores({ database, clock: context.get(Clock), log: context.log });
  context.provide(SqlDatabase, () => database);
  context.provide(HealthCheck, () => database.health);
  provideStores(context, stores);
  return stores;
}
