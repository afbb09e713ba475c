import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Authentication, type Client } from '@sidetone/client-sdk';
import { opus } from '@sidetone/plugin-opus';
import { isVoiceError } from '@sidetone/protocol';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { askServer } from '../../examples/reference-server/src/administration/control-client.js';
import { controlPath } from '../../examples/reference-server/src/administration/control-path.js';
import { sharedPostgres } from '../support/shared-postgres.js';
import { ReferenceProgram, type Ended } from './support/reference-program.js';

const OWN = 'seven herons over water';
const CANARY = 'canary under the floorboards';

describe('The administration program', function () {
  this.timeout(180_000);
  let folder: string;
  const servers: ReferenceProgram[] = [];
  const clients: Client[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-operated-'));
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await Promise.all(servers.splice(0).map((server) => server.stop('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  });

  const start = (env: Record<string, string> = {}): ReferenceProgram => {
    const server = new ReferenceProgram('main', [], { SIDETONE_DATA_DIR: folder, ...env });
    servers.push(server);
    return server;
  };

  const run = (line: string, { env = {}, input = '' } = {}): Promise<Ended> =>
    new ReferenceProgram('sidetone', line.split(' '), { SIDETONE_DATA_DIR: folder, ...env }, input)
      .ended;

  /** What it answers, for programs. */
  const ask = async <T>(line: string, given: Parameters<typeof run>[1] = {}): Promise<T> => {
    const { code, stdout, stderr } = await run(`${line} --json`, given);
    expect(code, `${line}: ${stdout}${stderr}`).to.equal(0);
    return JSON.parse(stdout) as T;
  };

  /** The same without starting the program, where it is about something else. */
  const command = (name: string, values: Readonly<Record<string, unknown>>): Promise<unknown> =>
    askServer(controlPath(folder), { command: name, values, by: 'test' }, () => Promise.resolve());

  const connect = async (url: string, authentication: Authentication): Promise<Client> => {
    const client = createClient({ url, codec: opus(), authentication });
    clients.push(client);
    await client.connect();
    return client;
  };

  const refusal = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
    } catch (error) {
      if (isVoiceError(error)) return error.code;
      throw error;
    }
    return 'nothing';
  };

  const signIn = (
    name: string,
    password: string,
    more: { readonly newPassword?: string } = {},
  ): Authentication => ({ method: 'password', credentials: { name, password, ...more } });

  it('runs a server from its first start on: what it did is there after a restart', async () => {
    const first = start();
    const url = await first.url();
    const [, passphrase = ''] = /passphrase {2}(\S+)/.exec(first.said) ?? [];
    expect(passphrase, first.said).to.have.lengthOf.at.least(16);

    // Whoever reads it in a journal later has no use of it.
    expect(await refusal(connect(url, signIn('admin', passphrase)))).to.equal('ACCESS_DENIED');
    const admin = await connect(url, signIn('admin', passphrase, { newPassword: OWN }));
    expect(admin.self?.name).to.equal('admin');
    expect(await refusal(connect(url, signIn('admin', passphrase)))).to.equal(
      'AUTHENTICATION_FAILED',
    );

    await ask('user add ann --display-name Ann', { input: `${CANARY}\n` });
    await command('channel add', { name: 'Bridge', topic: 'Watch' });
    const ann = await connect(url, signIn('ann', CANARY));
    expect(ann.channels.find('Bridge')?.topic).to.equal('Watch');

    const { id: ban } = await ask<{ id: string }>('ban add user ann --reason rude');
    await waitFor(() => ann.state.status === 'disconnected', {
      describe: () => JSON.stringify(ann.state),
    });
    const { state } = ann;
    const reason = state.status === 'disconnected' ? state.reason : null;
    expect(reason).to.include({ kind: 'closedByServer', reason: 'BANNED' });
    expect(await refusal(connect(url, signIn('ann', CANARY)))).to.equal('BANNED');
    expect(admin.state.status).to.equal('connected');

    const stopped = await first.stop();
    expect(stopped.code, stopped.stderr).to.equal(0);

    const second = start();
    const again = await second.url();
    expect(second.said).to.not.match(/passphrase|administrator/);
    const back = await connect(again, signIn('admin', OWN));
    expect(back.channels.find('Bridge')?.topic).to.equal('Watch');
    expect(await refusal(connect(again, signIn('ann', CANARY)))).to.equal('BANNED');
    await command('ban lift', { ban });
    await connect(again, signIn('ann', CANARY));
    await second.stop();

    for (const name of await readdir(folder)) {
      const bytes = await readFile(path.join(folder, name));
      for (const secret of [passphrase, OWN, CANARY]) {
        expect(bytes.includes(secret), `a password is in ${name}`).to.equal(false);
      }
    }
    for (const secret of [OWN, CANARY]) expect(first.said + second.said).to.not.include(secret);
  });

  it('gives roles to who is connected, as the operator or another program wants it', async () => {
    const key = 'herons over water, seven or eight of them';
    const server = start({ SIDETONE_GROUPS_KEY: key, SIDETONE_GROUPS_ROLES: 'Pilot,Observer' });
    const url = await server.url();
    await command('user add', { name: 'ann', password: CANARY });
    await ask('org template apply operation');
    const ann = await connect(url, signIn('ann', CANARY));
    const seen = (): readonly (string | undefined)[] =>
      ['Operation', 'Command', 'Flight'].map((name) => ann.channels.find(name)?.name);
    expect(seen().join()).to.equal(',,');

    const push = async (roles: readonly string[]): Promise<number> => {
      const body = JSON.stringify({ organization: 'Main', users: [{ user: 'ann', roles }] });
      const [id, timestamp] = [randomUUID(), String(Math.floor(Date.now() / 1000))];
      const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      const signed = { id, timestamp, signature: `v1,${mac}` };
      const headers = Object.entries(signed).map(([name, value]) => [`webhook-${name}`, value]);
      const post = { method: 'POST', headers: Object.fromEntries(headers) as never, body };
      return (await fetch(`${url}/sidetone/groups`, post)).status;
    };
    expect(await push(['Pilot'])).to.equal(200);
    await waitFor(() => seen().join() === 'Operation,,Flight');
    await command('role grant', { user: 'ann', role: 'Commander' });
    await waitFor(() => seen().join() === 'Operation,Command,Flight');
    expect(await push([])).to.equal(200);
    await command('role unassign', { user: 'ann', role: 'Commander' });
    await waitFor(() => seen().join() === ',,');
    const last = command('role unassign', { user: 'admin', role: 'Admin' });
    expect(await last.catch((error: { code: string }) => error.code)).to.equal('ACCESS_DENIED');
    const explained = await ask<{ allowed: boolean }>('role explain ann VIEW Flight');
    expect(explained.allowed).to.equal(false);
    expect((await server.stop()).stderr).to.not.include(key);
  });

  it('opens the database itself where no server runs, and nowhere else', async () => {
    const server = start();
    await server.url();
    const running = await ask<readonly { name: string }[]>('channel list');
    const { code, stderr } = await run('import /dev/null --yes');
    expect([code, stderr]).to.deep.equal([1, stderr]);
    expect(stderr).to.match(/a server runs from .*: stop it first/);
    await server.stop();
    expect(await ask('channel list')).to.deep.equal(running);

    const env = { SIDETONE_DATA_DIR: path.join(folder, 'nowhere') };
    const [elsewhere, asked, misspelt] = await Promise.all([
      run('user list', { env }),
      run('user delete admin'),
      run('user frobnicate'),
    ]);
    expect(elsewhere.code).to.equal(1);
    expect(elsewhere.stderr).to.match(/there is no data folder/);
    expect(asked.stderr).to.match(/give --yes/);
    expect(misspelt.code).to.equal(2);
  });

  it('moves everything from SQLite to PostgreSQL, where it is the same', async () => {
    const database = await (await sharedPostgres()).createDatabase();
    const env = {
      SIDETONE_DATABASE_URL: database.url,
      SIDETONE_DATA_DIR: path.join(folder, 'moved'),
    };
    try {
      const server = start();
      await server.url();
      for (const [name, values] of [
        ['user add', { name: 'ann', password: CANARY }],
        ['org add', { name: 'Blue' }],
        ['org member add', { user: 'ann', org: 'Blue' }],
        ['role add', { name: 'Pilot', org: 'Blue', permission: ['SPEAK'] }],
        ['role assign', { role: 'Pilot', user: 'ann', org: 'Blue' }],
        ['ban add network', { network: '203.0.113.0/24', for: 604_800_000 }],
        ['invite create', { uses: null }],
      ] as const) {
        await command(name, values);
      }
      // While it runs; then nothing changes any more.
      const [before, after] = [path.join(folder, 'before'), path.join(folder, 'after')];
      await ask(`export --output ${before}`);
      await server.stop();

      const { records } = await ask<{ records: number }>(`import ${before}`, { env });
      await ask(`export --output ${after}`, { env });
      const [exported, imported] = [await readFile(before, 'utf8'), await readFile(after, 'utf8')];
      expect(exported.split('\n')).to.have.lengthOf(records + 3);
      expect(imported.split('\n')).to.deep.equal(exported.split('\n'));

      const moved = start(env);
      const url = await moved.url();
      expect(moved.said).to.include('kept in PostgreSQL').and.not.include('passphrase');
      await connect(url, signIn('ann', CANARY));
      expect((await moved.stop()).code).to.equal(0);
    } finally {
      await Promise.all(clients.splice(0).map((client) => client.close()));
      await Promise.all(servers.map((server) => server.stop('SIGKILL')));
      await database.drop();
    }
  });

  it('finds what is broken, and says what to do', async () => {
    await writeFile(path.join(folder, 'sidetone.yaml'), 'listen:\n  port: many\n');
    const misled = await run('doctor', { env: { SIDETONE_PORT: '' } });
    expect(misled.code).to.equal(1);
    expect(misled.stdout).to.match(/FAILED +configuration +line 2: "listen\.port" is "many"/);

    await rm(path.join(folder, 'sidetone.yaml'));
    await writeFile(path.join(folder, 'sidetone.db'), 'no database at all '.repeat(100));
    const broken = await run('doctor');
    expect(broken.code).to.equal(1);
    expect(broken.stdout).to.match(/FAILED +database[^\n]*\n +-> restore it from a backup/);
    expect(broken.stdout).to.match(/good +node/);
  });
});
