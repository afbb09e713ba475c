import type { SqlDatabase } from '../database/sql-database.js';
import { initialSchema } from './initial-schema.js';
import { seedData } from './seed-data.js';

/** Brings the tables of the stores up to date. New steps come at the end of this list. */
export function migrateStores(database: SqlDatabase): Promise<void> {
  return database.migrate('@sidetone/sql-stores', [initialSchema, seedData]);
}
