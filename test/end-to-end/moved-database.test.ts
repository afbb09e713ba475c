import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { exampleProgram } from '../../scripts/example-program.mjs';
import { sharedPostgres } from '../support/shared-postgres.js';
import { PlainLine } from './support/plain-line.js';
import { startServer } from './support/stored-server.js';

const USER = { name: 'Keeper', password: 'the keeper has this pass phrase' };
const password = { registration: 'closed' } as const;

const run = promisify(execFile);

/** The administration program, on the database that its surroundings name. */
async function sidetone(words: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { PATH, SIDETONE_BUILT } = process.env;
  const program = exampleProgram('reference-server/src/sidetone.ts');
  await run(process.execPath, [...program, ...words], { env: { PATH, SIDETONE_BUILT, ...env } });
}

async function fill(database: string): Promise<void> {
  const { server } = await startServer({ database, password });
  const userId = await server.call('addUser', USER);
  await server.call('addOrganization', { name: 'Tenant', members: [userId] });
  await server.call('invite');
  await server.call('stop');
  await server.stop();
}

async function signIn(database: string): Promise<void> {
  const { server, url } = await startServer({ database, password });
  try {
    const line = await PlainLine.open(url);
    const { error } = await line.signIn({
      method: 'password',
      credentials: USER,
      organization: 'Tenant',
    });
    line.cut();
    expect(error).to.equal(null);
  } finally {
    await server.stop();
  }
}

/** All lines but the first, which says when it was written. */
async function recordsOf(file: string): Promise<readonly string[]> {
  const [, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines;
}

describe('What a server keeps in SQLite', function () {
  this.timeout(120_000);

  it('moves to PostgreSQL and back without a change, and people sign in there', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sidetone-move-'));
    const there = await (await sharedPostgres()).createDatabase();
    const file = (name: string): string => path.join(folder, name);
    const sqlite = (name: string): NodeJS.ProcessEnv => ({ SIDETONE_DATA_DIR: file(name) });
    const postgres = { ...sqlite('beside'), SIDETONE_DATABASE_URL: there.url };
    try {
      await mkdir(file('from'), { mode: 0o700 });
      await fill(path.join(file('from'), 'sidetone.db'));
      await sidetone(['export', '--output', file('from.jsonl')], sqlite('from'));
      await sidetone(['import', file('from.jsonl')], postgres);
      await sidetone(['export', '--output', file('there.jsonl')], postgres);
      await sidetone(['import', file('there.jsonl')], sqlite('back'));
      await sidetone(['export', '--output', file('back.jsonl')], sqlite('back'));

      const [from, ...others] = await Promise.all(
        ['from', 'there', 'back'].map((name) => recordsOf(file(`${name}.jsonl`))),
      );
      expect(from?.filter((line) => line.includes('Tenant')).length).to.be.at.least(2);
      for (const other of others) expect(other).to.deep.equal(from);
      await signIn(there.url);
    } finally {
      await there.drop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
