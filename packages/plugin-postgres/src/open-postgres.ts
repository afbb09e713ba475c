import type { Logger } from '@sidetone/core';
import { isVoiceError, VoiceError } from '@sidetone/protocol';
import { DriverError, KnexDatabase, PostgresDialect, type SqlDatabase } from '@sidetone/sql-stores';
import { createConnectionPool } from './connection-pool.js';
import type { PostgresErrorCode } from './error-codes.js';
import { resolvePostgresOptions, type PostgresOptions } from './options.js';
import { inspectServer } from './server-inspection.js';

export interface OpenPostgres {
  readonly database: SqlDatabase;
  /** Idempotent. What is under way ends first. */
  close(): Promise<void>;
}

const MIGRATION_STATEMENT_MS = 600_000;

/**
 * Opens a database without a server around it. Throws `ERR_POSTGRES_OPTIONS`, and rejects with
 * `ERR_POSTGRES_CONNECT` or `ERR_POSTGRES_VERSION`. Settings with which PostgreSQL may lose what it
 * has confirmed are warned of.
 */
export async function openPostgres(options: PostgresOptions, log: Logger): Promise<OpenPostgres> {
  const resolved = resolvePostgresOptions(options);
  const { operationTimeoutMs } = resolved;
  const pool = createConnectionPool({
    ...resolved,
    connectTimeoutMs: operationTimeoutMs,
    statementTimeoutMs: operationTimeoutMs,
  });
  const dialect = new PostgresDialect({
    openMigrationKnex: () =>
      createConnectionPool({
        ...resolved,
        maxConnections: 1,
        connectTimeoutMs: operationTimeoutMs,
        statementTimeoutMs: MIGRATION_STATEMENT_MS,
      }),
  });
  const database = new KnexDatabase({ knex: pool, dialect, operationTimeoutMs });
  try {
    await inspectServer(database, log);
  } catch (error) {
    await pool.destroy();
    if (isVoiceError(error) && error.code === 'ERR_POSTGRES_VERSION') throw error;
    throw connectError(error);
  }
  return { database, close: () => pool.destroy() };
}

function connectError(error: unknown): VoiceError<PostgresErrorCode> {
  const cause = isVoiceError(error) ? error : new DriverError(error);
  return new VoiceError(
    'ERR_POSTGRES_CONNECT',
    `the PostgreSQL of the URL does not answer as it should (${cause.message}): look whether it runs, and at host, port, database, user and password of the URL`,
    { cause },
  );
}
