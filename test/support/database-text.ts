import { readFile } from 'node:fs/promises';
import type { OpenStorage, TestStorage } from './sql-backend.js';

/** All that a database holds as one text: every row of every table, and of SQLite the bytes of its files. */
export async function databaseText(storage: TestStorage): Promise<string> {
  const open = await storage.open();
  try {
    const tables = await tablesOf(open);
    const rows = await open.database.inOrganization(null, async (trx) => {
      const texts: string[] = [];
      for (const table of tables) texts.push(JSON.stringify(await trx(table).select()));
      return texts;
    });
    return [...rows, ...(await bytesOf(open, storage))].join('\n');
  } finally {
    await open.close();
  }
}

function tablesOf({ database }: OpenStorage): Promise<readonly string[]> {
  return database.inOrganization(null, (trx) =>
    database.dialect === 'sqlite'
      ? trx('sqlite_master').where({ type: 'table' }).pluck<string[]>('name')
      : trx('pg_tables').where({ schemaname: 'public' }).pluck<string[]>('tablename'),
  );
}

/** Also what a page has left over from a row that is gone, and what is not in the main file yet. */
async function bytesOf(
  { database }: OpenStorage,
  { location }: TestStorage,
): Promise<readonly string[]> {
  if (database.dialect !== 'sqlite') return [];
  const files = [location, `${location}-wal`];
  return Promise.all(files.map((file) => readFile(file, 'latin1')));
}
