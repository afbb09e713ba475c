import { openPostgres } from '@sidetone/plugin-postgres';
import { openSqlite } from '@sidetone/plugin-sqlite';
import { migrateStores } from '@sidetone/sql-stores';
import { silentLogger } from './silent-logger.js';
import { probeMigrations } from './probe-migrations.js';

/** A process that opens a database and migrates it, as a server does at its start. */
const [location = '', last = ''] = process.argv.slice(2);

const { database, close } = location.startsWith('postgres:')
  ? await openPostgres({ url: location }, silentLogger)
  : await openSqlite({ file: location });

await migrateStores(database);
await database.migrate('probe', probeMigrations(last === 'stay' ? stay : goOn));
await close();
process.send?.('migrated');
process.disconnect?.();

async function stay(): Promise<void> {
  process.send?.('inside');
  // Until somebody kills it.
  await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
}

async function goOn(): Promise<void> {}
