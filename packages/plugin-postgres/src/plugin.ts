import { Clock, type Plugin } from '@sidetone/core';
import { migrateStores, provideSqlStores, sqlStoreTokens } from '@sidetone/sql-stores';
import { openPostgres } from './open-postgres.js';
import { resolvePostgresOptions, type PostgresOptions } from './options.js';

/**
 * Provides all stores, `SqlDatabase` and a `HealthCheck`, in a PostgreSQL of version 14 or newer.
 * While it is gone every call fails within 2 s with `ERR_STORE_UNAVAILABLE`.
 *
 * Throws `ERR_POSTGRES_OPTIONS` at once. The start fails with `ERR_POSTGRES_CONNECT`,
 * `ERR_POSTGRES_VERSION` or one of the migration errors of `@sidetone/sql-stores`.
 */
export function postgres(options: PostgresOptions): Plugin {
  const resolved = resolvePostgresOptions(options);
  return {
    name: '@sidetone/plugin-postgres',
    version: '0.1.0',
    requires: [Clock],
    provides: sqlStoreTokens,
    async setup(context) {
      const opened = await openPostgres(resolved, context.log);
      context.onClose(() => opened.close());
      await migrateStores(opened.database);
      const { auditLog } = provideSqlStores(context, opened.database);
      context.onClose(() => auditLog.flush());
    },
  };
}
