import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openSqlite } from '@sidetone/plugin-sqlite';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { askServer } from '../../examples/reference-server/src/administration/control-client.js';
import { controlPath } from '../../examples/reference-server/src/administration/control-path.js';
import { PlainLine } from './support/plain-line.js';
import { ReferenceProgram } from './support/reference-program.js';

const PASSWORD = 'nine otters under ice';
const NAMES = ['ann', 'bob', 'cyd', 'dan', 'eve'] as const;

interface Left {
  readonly token: string;
  readonly instance: string;
}

describe('The administration program without a server', function () {
  this.timeout(300_000);
  let folder: string;
  let server: ReferenceProgram;
  const lines: PlainLine[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-offline-'));
  });
  afterEach(async () => {
    for (const line of lines.splice(0)) line.cut();
    await server.stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<string> => {
    server = new ReferenceProgram('main', [], { SIDETONE_DATA_DIR: folder });
    return server.url();
  };
  const run = async (line: string, input = ''): Promise<void> => {
    const env = { SIDETONE_DATA_DIR: folder };
    const { code, stderr } = await new ReferenceProgram('sidetone', line.split(' '), env, input)
      .ended;
    expect(code, `${line}: ${stderr}`).to.equal(0);
  };
  const open = async (url: string): Promise<PlainLine> => {
    const line = await PlainLine.open(url);
    lines.push(line);
    return line;
  };
  const signIn = async (url: string, name: string): Promise<Left> => {
    const line = await open(url);
    const credentials = { name, password: PASSWORD };
    const { result, error } = await line.signIn({ method: 'password', credentials });
    if (error) throw error;
    return { token: String(result['resumeToken']), instance: line.instance };
  };
  /** `restored`, or the code of the refusal. */
  const resume = async (url: string, { token, instance }: Left): Promise<string> => {
    const line = await open(url);
    const { result, error } = await line.request('session.resume', {
      ...{ token, instance, lastSeq: null },
    });
    return error ? error.code : result['restored'] === true ? 'restored' : 'resumed';
  };
  const kept = async (): Promise<number> => {
    const { database, close } = await openSqlite({ file: path.join(folder, 'sidetone.db') });
    try {
      const rows: readonly unknown[] = await database.inOrganization(null, (trx) =>
        trx('sidetone_resumable_session').select('session_id'),
      );
      return rows.length;
    } finally {
      await close();
    }
  };

  it('lets no session come back whose password, account or right to be here is gone', async () => {
    const first = await start();
    for (const name of NAMES) {
      const request = { command: 'user add', values: { name, password: PASSWORD }, by: 'test' };
      await askServer(controlPath(folder), request, () => Promise.resolve());
    }
    const left = new Map<string, Left>();
    for (const name of NAMES) left.set(name, await signIn(first, name));
    await waitFor(async () => (await kept()) === NAMES.length, { timeoutMs: 20_000 });
    await server.stop('SIGKILL');

    await run('user password ann', 'seven herons over water\n');
    await run('user disable bob');
    await run('user enable bob');
    await run('user delete cyd --yes');
    await run('ban add user eve');

    const second = await start();
    const seen: Record<string, string> = {};
    for (const [name, session] of left) seen[name] = await resume(second, session);
    expect(seen).to.deep.equal({
      ann: 'SESSION_UNKNOWN',
      bob: 'SESSION_UNKNOWN',
      cyd: 'SESSION_UNKNOWN',
      dan: 'restored',
      eve: 'BANNED',
    });
  });
});
