import type { SqlDatabase } from '@sidetone/sql-stores';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { once } from 'node:events';
import { createStorage, type SqlBackendName } from '../../support/sql-backend.js';
import { isInside, startMigrating } from './migrating-process.js';
import { probeMigrations } from './probe-migrations.js';

const PATIENCE_MS = 30_000;

/**
 * Kills a process inside a migration, when its lock is seen, and finishes from here what it began. Fails unless nothing is half done in between and everything is done once afterwards.
 */
export async function killInsideMigration(backend: SqlBackendName): Promise<void> {
  const storage = await createStorage(backend);
  try {
    const child = startMigrating(storage.location, 'stay');
    await isInside(child);
    const { database, close } = await storage.open();
    expect(await isLocked(database), 'the lock of the migration is seen').to.equal(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await waitFor(async () => !(await isLocked(database)), { timeoutMs: PATIENCE_MS });
    expect(await namesOf(database)).to.deep.equal(['001_before']);
    expect(await hasTable(database, 'probe_long')).to.equal(false);

    await database.migrate(
      'probe',
      probeMigrations(async () => {}),
    );
    expect(await namesOf(database)).to.deep.equal(['001_before', '002_long']);
    expect(await database.inOrganization(null, (trx) => trx('probe_long').pluck('word'))).to.eql([
      'half',
      'done',
    ]);
    await close();
  } finally {
    await storage.dispose();
  }
}

/** Whether somebody migrates, as another connection sees it. */
async function isLocked(database: SqlDatabase): Promise<boolean> {
  if (database.dialect === 'postgres') {
    return database.inOrganization(null, async (trx) => {
      const locks = await trx('pg_locks')
        .join('pg_database', 'pg_database.oid', 'pg_locks.database')
        .where({ locktype: 'advisory', granted: true })
        .whereRaw('datname = current_database()');
      return locks.length > 0;
    });
  }
  try {
    await database.inOrganization(null, (trx) => trx.raw('pragma user_version = 1'));
    return false;
  } catch {
    return true;
  }
}

function namesOf(database: SqlDatabase): Promise<readonly string[]> {
  return database.inOrganization(null, (trx) =>
    trx('sidetone_migration').where({ owner: 'probe' }).orderBy('name').pluck('name'),
  );
}

function hasTable(database: SqlDatabase, name: string): Promise<boolean> {
  return database.inOrganization(null, (trx) => trx.schema.hasTable(name));
}
