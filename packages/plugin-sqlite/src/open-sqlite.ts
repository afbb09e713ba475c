import { DriverError, KnexDatabase, SqliteDialect, type SqlDatabase } from '@sidetone/sql-stores';
import { VoiceError } from '@sidetone/protocol';
import type { Database } from 'better-sqlite3';
import knex, { type Knex } from 'knex';
import type { SqliteErrorCode } from './error-codes.js';
import { resolveSqliteOptions, type SqliteOptions } from './options.js';

export interface OpenSqlite {
  readonly database: SqlDatabase;
  /** Idempotent. What is under way ends first. */
  close(): Promise<void>;
}

/**
 * Opens a database without a server around it, and makes the file when it is not there. Rejects with
 * `ERR_SQLITE_OPEN`, and throws `ERR_SQLITE_OPTIONS`.
 */
export async function openSqlite(options: SqliteOptions): Promise<OpenSqlite> {
  const { file, operationTimeoutMs } = resolveSqliteOptions(options);
  const pool = createPool(file, operationTimeoutMs);
  try {
    await pool.raw('select 1 from sqlite_schema limit 1');
  } catch (error) {
    await pool.destroy();
    throw openError(file, error);
  }
  const database = new KnexDatabase({
    knex: pool,
    dialect: new SqliteDialect(pool),
    operationTimeoutMs,
  });
  return { database, close: () => pool.destroy() };
}

function createPool(file: string, timeoutMs: number): Knex {
  return knex({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    compileSqlOnError: false,
    acquireConnectionTimeout: timeoutMs,
    // It locks the file for all others: one connection, and it stays.
    pool: { min: 1, max: 1, afterCreate: prepare },
    log: SILENT,
  });
}

/** What knex would say, its callers are told. */
const SILENT: Knex.Logger = { warn() {}, error() {}, debug() {}, deprecate() {} };

function prepare(connection: Database, done: (error: Error | null) => void): void {
  try {
    // Before all others, for the first of them may find the file locked. Short, since nothing else
    // runs while SQLite waits, no voice either: the stores try again by themselves.
    connection.pragma('busy_timeout = 50');
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    done(null);
  } catch (error) {
    connection.close();
    done(error as Error);
  }
}

function openError(file: string, error: unknown): VoiceError<SqliteErrorCode> {
  const cause = new DriverError(error);
  return new VoiceError(
    'ERR_SQLITE_OPEN',
    `"${file}" cannot be opened as a SQLite database (${cause.message}): look whether its folder is there and may be written to`,
    { cause, details: { file } },
  );
}
