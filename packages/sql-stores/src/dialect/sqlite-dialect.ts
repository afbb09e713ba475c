import type { Knex } from 'knex';
import { setTimeout as pause } from 'node:timers/promises';
import { connectionPool, type RawConnection } from '../database/raw-connection.js';
import { codeOf } from '../error/driver-error.js';
import { sqlError } from '../error/error-codes.js';
import { isPoolFault } from './pool-fault.js';
import type { Fault, MigrationSession, SqlDialect } from './sql-dialect.js';

/** What better-sqlite3's connections have beside their statements. */
interface SqliteConnection extends RawConnection {
  readonly inTransaction: boolean;
  readonly open: boolean;
  exec(sql: string): unknown;
}

const CONFLICTS = new Set([
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  'SQLITE_CONSTRAINT_ROWID',
  'SQLITE_CONSTRAINT_UNIQUE',
]);
/** The machine or the file, not the statement. */
const UNAVAILABLE =
  /^SQLITE_(CANTOPEN|CORRUPT|FULL|IOERR|NOMEM|NOTADB|PERM|PROTOCOL|READONLY)(_|$)/;
const BUSY = /^SQLITE_(BUSY|LOCKED)(_|$)/;

const MIGRATION_WAIT_MS = 30_000;
const MIGRATION_PAUSE_MS = 50;

/** SQLite through better-sqlite3: one connection, and organizations kept apart by statements alone. */
export class SqliteDialect implements SqlDialect {
  readonly name = 'sqlite';
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async version(knex: Knex | Knex.Transaction): Promise<string> {
    const rows = await knex.raw<{ version: string }[]>('select sqlite_version() as version');
    return `SQLite ${rows[0]?.version ?? ''}`;
  }

  faultOf(error: unknown): Fault | null {
    const code = codeOf(error) ?? '';
    if (CONFLICTS.has(code)) return 'conflict';
    if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return 'reference';
    if (BUSY.test(code)) return 'retry';
    return UNAVAILABLE.test(code) || isPoolFault(error) || isClosed(error) ? 'unavailable' : null;
  }

  async enter(): Promise<void> {
    // SQLite has no roles: that rows stay apart is what the statements of the stores say.
  }

  abandon(): void {
    // Statements are synchronous: when this runs, none is under way.
  }

  restore(connection: RawConnection): void {
    const raw = connection as SqliteConnection;
    // A COMMIT that fails leaves the transaction open.
    if (raw.open && raw.inTransaction) raw.exec('ROLLBACK');
  }

  /** The lock is that of the write transaction: each migration waits for it by itself. */
  async inMigrationSession<T>(work: (session: MigrationSession) => Promise<T>): Promise<T> {
    const untilMs = performance.now() + MIGRATION_WAIT_MS;
    for (;;) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (this.faultOf(error) !== 'retry') throw error;
        if (performance.now() > untilMs) throw stillLocked(error);
        await pause(MIGRATION_PAUSE_MS);
      }
    }
  }

  async lockForMigration(trx: Knex.Transaction): Promise<void> {
    // knex begins a transaction that takes no lock before its first write, and this is one.
    await trx.raw('pragma user_version = 1');
  }

  async prepare(): Promise<void> {
    // Nothing beside the tables.
  }

  async protectTenantTable(): Promise<void> {
    // SQLite has no row-level security.
  }

  async #once<T>(work: (session: MigrationSession) => Promise<T>): Promise<T> {
    const pool = connectionPool(this.#knex);
    const connection = await pool.acquireConnection();
    try {
      return await work({ knex: this.#knex, connection });
    } catch (error) {
      this.restore(connection);
      throw error;
    } finally {
      await pool.releaseConnection(connection);
    }
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes('database connection is not open');
}

function stillLocked(cause: unknown): Error {
  return sqlError(
    'ERR_SQL_MIGRATION_LOCKED',
    `another program has been writing to the database for ${MIGRATION_WAIT_MS} ms: end it, or wait for its migrations`,
    { cause },
  );
}
