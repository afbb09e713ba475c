import { createToken, type HealthCheck, type Token } from '@sidetone/core';
import type { Knex } from 'knex';
import type { SqlDialectName } from '../dialect/sql-dialect.js';

export interface MigrationContext {
  readonly dialect: SqlDialectName;
  /**
   * Lets transactions of one organization see and change its own rows of the table, and no others.
   * `column` holds the organization's id and is `organization_id` by default. A table without this
   * is out of reach for such transactions on PostgreSQL.
   */
  protectTenantTable(table: string, column?: string): Promise<void>;
}

/**
 * One step from a schema to the next. Steps that were released never change, and old servers have to
 * get along with what new ones have made of the database.
 */
export interface SqlMigration {
  /** Unique for its owner, for instance `001_initial_schema`. */
  readonly name: string;
  /** Runs in a transaction together with the note that it ran: what is killed in between did nothing. */
  up(trx: Knex.Transaction, context: MigrationContext): Promise<void>;
}

/**
 * The SQL database that the stores are in, for plugins that keep tables of their own in it. Names of
 * tables begin with the name of the plugin: the program that embeds the server may use the same
 * database.
 */
export interface SqlDatabase {
  /** To build queries with. What runs on it directly has no organization and, on PostgreSQL, sees no tenant rows. */
  readonly knex: Knex;
  readonly dialect: SqlDialectName;
  /**
   * Brings the owner's tables up to date. Of several servers that start at once one does it, and the
   * others wait for up to 30 s (`ERR_SQL_MIGRATION_LOCKED`). `ERR_SQL_MIGRATION_ORDER`,
   * `ERR_SQL_MIGRATION_FAILED`. The owner is the name of the plugin.
   */
  migrate(owner: string, migrations: readonly SqlMigration[]): Promise<void>;
  /**
   * Runs `work` in a transaction that sees one organization; with `null` all of them. Settles within
   * 2 s: with `ERR_STORE_UNAVAILABLE` when the database is gone or too slow, and then a write may
   * have been made. `ERR_STORE_CONFLICT` for a row that is there already, `ERR_STORE_REFERENCE` for
   * one that refers to none. `work` does nothing but talk to the database: where others stood in its
   * way it is called again.
   */
  inOrganization<T>(
    organizationId: string | null,
    work: (trx: Knex.Transaction) => Promise<T>,
  ): Promise<T>;
  readonly health: HealthCheck;
}

export const SqlDatabase: Token<SqlDatabase> = createToken('SqlDatabase');
