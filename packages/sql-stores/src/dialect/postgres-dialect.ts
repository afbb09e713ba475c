import type { Knex } from 'knex';
import { setTimeout as pause } from 'node:timers/promises';
import { connectionPool, type RawConnection } from '../database/raw-connection.js';
import { sqlError } from '../error/error-codes.js';
import { postgresFaultOf } from './postgres-fault.js';
import { isUuid } from './uuid.js';
import { prepareTenantRole, protectTenantTable, TENANT_ROLE } from './postgres-tenancy.js';
import type { Fault, MigrationSession, SqlDialect } from './sql-dialect.js';

/** What pg's connections have beside their statements. */
interface PostgresConnection extends RawConnection {
  readonly connection: { readonly stream: { destroy(): unknown } };
}

export interface PostgresDialectOptions {
  /** Opens a pool for one migration session; its statements may take minutes. */
  readonly openMigrationKnex: () => Knex;
}

/** One number for all servers on a database: the first 31 bits of the SHA-256 of `sidetone migration`. */
const LOCK = 958_314_862;
const LOCK_WAIT_MS = 30_000;
const LOCK_PAUSE_MS = 50;

export class PostgresDialect implements SqlDialect {
  readonly name = 'postgres';
  readonly #openMigrationKnex: () => Knex;

  constructor({ openMigrationKnex }: PostgresDialectOptions) {
    this.#openMigrationKnex = openMigrationKnex;
  }

  async version(knex: Knex | Knex.Transaction): Promise<string> {
    const { rows } = await knex.raw<Rows<{ version: string }>>(
      `select current_setting('server_version') as version`,
    );
    return `PostgreSQL ${rows[0]?.version ?? ''}`;
  }

  faultOf(error: unknown): Fault | null {
    return postgresFaultOf(error);
  }

  async enter(trx: Knex.Transaction, organizationId: string | null): Promise<void> {
    if (organizationId === null) {
      await trx.raw(`select set_config('sidetone.scope', 'all', true)`);
      return;
    }
    // Both until the end of the transaction: nothing is left on a connection that goes back to the pool.
    await trx.raw(
      `select set_config('sidetone.organization', ?, true), set_config('role', ?, true)`,
      [isUuid(organizationId) ? organizationId : '', TENANT_ROLE],
    );
  }

  abandon(connection: RawConnection): void {
    connection.__knex__disposed = 'it did not answer in time';
    (connection as PostgresConnection).connection.stream.destroy();
  }

  restore(): void {
    // A failed transaction is rolled back by the server, or gone with its connection.
  }

  async inMigrationSession<T>(work: (session: MigrationSession) => Promise<T>): Promise<T> {
    const knex = this.#openMigrationKnex();
    try {
      const pool = connectionPool(knex);
      const connection = await pool.acquireConnection();
      try {
        await notePresence(knex, connection);
        await lock(knex, connection);
        return await work({ knex, connection });
      } finally {
        // The session ends with its pool, and its lock with it.
        await pool.releaseConnection(connection);
      }
    } finally {
      await knex.destroy();
    }
  }

  async lockForMigration(): Promise<void> {
    // The session holds the lock already.
  }

  prepare(trx: Knex.Transaction): Promise<void> {
    return prepareTenantRole(trx);
  }

  protectTenantTable(trx: Knex.Transaction, table: string, column: string): Promise<void> {
    return protectTenantTable(trx, table, column);
  }
}

export interface Rows<T> {
  readonly rows: readonly T[];
}

/**
 * A statement that runs while its server process is killed goes on until it ends, and the lock with
 * it, unless PostgreSQL looks now and then whether anybody is still there. Not every system lets it.
 */
async function notePresence(knex: Knex, connection: RawConnection): Promise<void> {
  await knex
    .raw(
      `do $$ begin
        perform set_config('client_connection_check_interval', '1000', false);
      exception when others then null; end $$`,
    )
    .connection(connection);
}

/** Asks again and again rather than waits in the database: a wait there would outlive a killed server. */
async function lock(knex: Knex, connection: RawConnection): Promise<void> {
  const untilMs = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const { rows } = (await knex
      .raw<Rows<{ taken: boolean }>>('select pg_try_advisory_lock(?) as taken', [LOCK])
      .connection(connection)) as Rows<{ taken: boolean }>;
    if (rows[0]?.taken) return;
    if (performance.now() > untilMs) {
      throw sqlError(
        'ERR_SQL_MIGRATION_LOCKED',
        `another server has been migrating the database for ${LOCK_WAIT_MS} ms: look at its log, and start this one again`,
      );
    }
    await pause(LOCK_PAUSE_MS);
  }
}
