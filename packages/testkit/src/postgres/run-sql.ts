import type * as Driver from 'pg';
import { testkitError } from '../error/error-codes.js';

/** Runs one statement on a connection of its own. */
export async function runSql(url: string, statement: string): Promise<void> {
  const { Client } = await loadDriver();
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function loadDriver(): Promise<typeof Driver> {
  try {
    return await import('pg');
  } catch (error) {
    throw testkitError(
      'ERR_TESTKIT_POSTGRES',
      'the driver of PostgreSQL is not installed: run "npm install --save-dev pg"',
      { cause: error },
    );
  }
}
