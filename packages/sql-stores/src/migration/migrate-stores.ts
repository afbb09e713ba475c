import { MIGRATION_TABLE } from '../database/migrator.js';
import type { SqlDatabase, SqlMigration } from '../database/sql-database.js';
import { initialSchema } from './initial-schema.js';
import { nets } from './nets.js';
import { seedData } from './seed-data.js';

const OWNER = '@sidetone/sql-stores';
/** New steps come at the end. */
const steps: readonly SqlMigration[] = [initialSchema, seedData, nets];

/** Brings the tables of the stores up to date. */
export function migrateStores(database: SqlDatabase): Promise<void> {
  return database.migrate(OWNER, steps);
}

/** Names of the steps that `migrateStores` would make: all of them where nobody has ever been. */
export async function pendingStoreMigrations(database: SqlDatabase): Promise<readonly string[]> {
  const done = await database.inOrganization(null, async (trx) => {
    if (!(await trx.schema.hasTable(MIGRATION_TABLE))) return [];
    return trx<{ owner: string; name: string }>(MIGRATION_TABLE).where({ owner: OWNER });
  });
  const names = new Set(done.map(({ name }) => name));
  return steps.map(({ name }) => name).filter((name) => !names.has(name));
}
