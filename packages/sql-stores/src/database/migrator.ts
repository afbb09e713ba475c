import type { Knex } from 'knex';
import type { SqlDialect, MigrationSession } from '../dialect/sql-dialect.js';
import { sqlError } from '../error/error-codes.js';
import { faultError } from '../error/fault-error.js';
import type { MigrationContext, SqlMigration } from './sql-database.js';

export const MIGRATION_TABLE = 'sidetone_migration';

/** Brings tables up to date, one migration and its note at a time. */
export class Migrator {
  readonly #dialect: SqlDialect;
  readonly #context: (trx: Knex.Transaction) => MigrationContext;

  constructor(dialect: SqlDialect) {
    this.#dialect = dialect;
    this.#context = (trx) => ({
      dialect: dialect.name,
      protectTenantTable: (table, column = 'organization_id') =>
        dialect.protectTenantTable(trx, table, column),
    });
  }

  async migrate(owner: string, migrations: readonly SqlMigration[]): Promise<void> {
    requireUniqueNames(owner, migrations);
    try {
      await this.#dialect.inMigrationSession((session) => this.#run(session, owner, migrations));
    } catch (error) {
      throw faultError(error, this.#dialect.faultOf(error));
    }
  }

  async #run(
    session: MigrationSession,
    owner: string,
    migrations: readonly SqlMigration[],
  ): Promise<void> {
    await inTransaction(session, async (trx) => {
      await this.#dialect.lockForMigration(trx);
      await createTable(trx);
      await this.#dialect.prepare(trx);
    });
    for (const migration of migrations) {
      await inTransaction(session, async (trx) => {
        await this.#dialect.lockForMigration(trx);
        const done = await namesOf(trx, owner);
        requireOrder(owner, migrations, done);
        if (done.has(migration.name)) return;
        await this.#apply(trx, owner, migration);
        await trx(MIGRATION_TABLE).insert({ owner, name: migration.name, applied_at: Date.now() });
      });
    }
  }

  async #apply(trx: Knex.Transaction, owner: string, migration: SqlMigration): Promise<void> {
    try {
      await migration.up(trx, this.#context(trx));
    } catch (error) {
      // A lock that somebody else holds is no mistake of the migration.
      const fault = this.#dialect.faultOf(error);
      if (fault === 'unavailable' || fault === 'retry') throw error;
      const cause = faultError(error, fault);
      throw sqlError(
        'ERR_SQL_MIGRATION_FAILED',
        `the migration "${migration.name}" of ${owner} failed and has left nothing behind: ${cause.message}`,
        { cause, details: { owner, migration: migration.name } },
      );
    }
  }
}

function inTransaction<T>(
  { knex, connection }: MigrationSession,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return knex.transaction(work, { connection });
}

async function createTable(trx: Knex.Transaction): Promise<void> {
  if (await trx.schema.hasTable(MIGRATION_TABLE)) return;
  await trx.schema.createTable(MIGRATION_TABLE, (table) => {
    table.text('owner').notNullable();
    table.text('name').notNullable();
    table.bigInteger('applied_at').notNullable();
    table.primary(['owner', 'name']);
  });
}

async function namesOf(trx: Knex.Transaction, owner: string): Promise<ReadonlySet<string>> {
  const rows = await trx<{ owner: string; name: string }>(MIGRATION_TABLE)
    .where({ owner })
    .select('name');
  return new Set(rows.map(({ name }) => name));
}

function requireUniqueNames(owner: string, migrations: readonly SqlMigration[]): void {
  const seen = new Set<string>();
  for (const { name } of migrations) {
    if (seen.has(name)) {
      throw sqlError(
        'ERR_SQL_MIGRATION_ORDER',
        `${owner} has two migrations "${name}": give each a name of its own`,
        { details: { owner, migration: name } },
      );
    }
    seen.add(name);
  }
}

/**
 * What is done has to be the beginning of the list. Names that the list does not know come from a
 * newer server, beside which this one goes on.
 */
function requireOrder(
  owner: string,
  migrations: readonly SqlMigration[],
  done: ReadonlySet<string>,
): void {
  const missing = migrations.findIndex(({ name }) => !done.has(name));
  if (missing === -1) return;
  const later = migrations.slice(missing).find(({ name }) => done.has(name));
  if (later === undefined) return;
  const name = migrations[missing]?.name ?? '';
  throw sqlError(
    'ERR_SQL_MIGRATION_ORDER',
    `"${name}" of ${owner} has not been made and "${later.name}" after it has: add new migrations at the end`,
    { details: { owner, migration: name } },
  );
}
