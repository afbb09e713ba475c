import { Clock, type Plugin } from '@sidetone/core';
import { migrateStores, provideSqlStores, sqlStoreTokens } from '@sidetone/sql-stores';
import { openSqlite } from './open-sqlite.js';
import { resolveSqliteOptions, type SqliteOptions } from './options.js';

/**
 * Provides all stores, `SqlDatabase` and a `HealthCheck`, in one file. Nothing else is needed: it
 * suits one server of any size that one machine carries.
 *
 * Throws `ERR_SQLITE_OPTIONS` at once. The start fails with `ERR_SQLITE_OPEN` or one of the
 * migration errors of `@sidetone/sql-stores`.
 */
export function sqlite(options: SqliteOptions): Plugin {
  const resolved = resolveSqliteOptions(options);
  return {
    name: '@sidetone/plugin-sqlite',
    version: '0.1.0',
    requires: [Clock],
    provides: sqlStoreTokens,
    async setup(context) {
      const opened = await openSqlite(resolved);
      context.onClose(() => opened.close());
      await migrateStores(opened.database);
      const { auditLog } = provideSqlStores(context, opened.database);
      context.onClose(() => auditLog.flush());
    },
  };
}
