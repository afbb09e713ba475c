import { randomUUID } from 'node:crypto';
import type { SqlMigration } from '../database/sql-database.js';

/** What is in a database from the beginning: the name it can be told from others by. */
export const seedData: SqlMigration = {
  name: '002_seed_data',
  async up(trx) {
    await trx('sidetone_installation').insert({ id: randomUUID(), created_at: Date.now() });
  },
};
