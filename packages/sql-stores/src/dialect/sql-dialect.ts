import type { Knex } from 'knex';
import type { RawConnection } from '../database/raw-connection.js';

export type SqlDialectName = 'postgres' | 'sqlite';

/**
 * What an error of the database means. `retry`: nothing was done, and the same may succeed in a
 * moment. `null`: a mistake in the statement.
 */
export type Fault = 'conflict' | 'reference' | 'unavailable' | 'retry';

/** A connection of its own for migrations, which may take longer than what a server waits for. */
export interface MigrationSession {
  readonly knex: Knex;
  readonly connection: RawConnection;
}

/** What is different between databases. */
export interface SqlDialect {
  readonly name: SqlDialectName;
  /** Product and version, for people. */
  version(knex: Knex | Knex.Transaction): Promise<string>;
  faultOf(error: unknown): Fault | null;
  /** Narrows a transaction to one organization; `null` opens it to all of them. */
  enter(trx: Knex.Transaction, organizationId: string | null): Promise<void>;
  /** Makes what waits on the connection fail now, and keeps it from being used again. */
  abandon(connection: RawConnection): void;
  /** After a transaction that failed; the connection has to be usable, or abandoned. */
  restore(connection: RawConnection): void;
  /** Waits for the lock of migrations, which a session that ends, however it ends, gives back. */
  inMigrationSession<T>(work: (session: MigrationSession) => Promise<T>): Promise<T>;
  /** First in the transaction of each migration: nobody else migrates from here on. */
  lockForMigration(trx: Knex.Transaction): Promise<void>;
  /** What has to be there beside the tables, at every start. */
  prepare(trx: Knex.Transaction): Promise<void>;
  /** Lets transactions of one organization see and change its own rows of the table, and no others. */
  protectTenantTable(trx: Knex.Transaction, table: string, column: string): Promise<void>;
}
