import { access } from 'node:fs/promises';
import { SystemClock, type Logger } from '@sidetone/core';
import { createSqlStores, pendingStoreMigrations, type SqlDatabase } from '@sidetone/sql-stores';
import type { Settings } from '../config/settings.js';
import { openDatabase, sqliteFile } from '../server/storage.js';
import { checkStoredOrganizations } from './check-organizations.js';
import { failed, good, reasonOf, unknown, warning, type Check } from './check.js';

/** Says nothing: what is to be said is in the verdicts. */
const silent: Logger = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silent,
};

/** Looks, and changes nothing: no file is made and no migration run. */
export async function checkDatabase(settings: Settings): Promise<readonly Check[]> {
  if (settings.databaseUrl === null && !(await exists(sqliteFile(settings)))) {
    return [
      good('database', `"${sqliteFile(settings)}" is not there yet; the first start makes it`),
    ];
  }
  try {
    const opened = await openDatabase(settings, silent);
    try {
      return await examine(opened.database);
    } finally {
      await opened.close();
    }
  } catch (error) {
    return [
      failed('database', reasonOf(error), adviceOf(settings)),
      unknown('migrations', 'no database'),
    ];
  }
}

async function examine(database: SqlDatabase): Promise<readonly Check[]> {
  const { ok, message } = await database.health.check();
  if (!ok) {
    return [
      failed('database', message, 'look at its own log'),
      unknown('migrations', 'the database does not answer'),
    ];
  }
  const checks: Check[] = [good('database', message)];
  const pending = await pendingStoreMigrations(database);
  if (pending.length > 0) {
    const found = `${pending.join(', ')} to be made`;
    return [
      ...checks,
      warning('migrations', found, 'the next start makes them; back the data up before'),
    ];
  }
  checks.push(good('migrations', 'all made'));
  checks.push(await checkAdministrator(database));
  checks.push(await checkStoredOrganizations(database, silent));
  return checks;
}

/** Looked for among the first accounts only: there may be very many. */
async function checkAdministrator(database: SqlDatabase): Promise<Check> {
  const { accounts } = createSqlStores({ database, clock: new SystemClock(), log: silent });
  const first = await accounts.list({ limit: 1000 });
  if (first.length === 0)
    return good('administrator', 'the next start makes one and says how to sign in');
  const found = first.find(({ administrator, disabled }) => administrator && !disabled);
  if (found !== undefined) return good('administrator', `"${found.name}"`);
  if (first.length === 1000) return unknown('administrator', 'none among the first 1000 accounts');
  const advice = 'npm run sidetone -- user add <name> --administrator';
  return warning('administrator', 'nobody may administer the whole server', advice);
}

function adviceOf({ databaseUrl }: Settings): string {
  return databaseUrl === null
    ? 'restore it from a backup or an export, or move it away to begin anew'
    : 'look at SIDETONE_DATABASE_URL, and whether PostgreSQL runs and lets this user in';
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
