import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

function run(command: string, args: readonly string[], env: Record<string, string>): Run {
  const child = spawn(command, args, {
    cwd: root,
    // A process group of its own, as a terminal gives it.
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return { child, exited, stdout: () => stdout, stderr: () => stderr };
}

describe('npm start', function () {
  this.timeout(120_000);

  let dataDir: string;
  const running: Run[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'sidetone-start-'));
  });

  afterEach(async () => {
    for (const { child, exited } of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null && child.pid) {
        process.kill(-child.pid, 'SIGKILL');
      }
      await exited;
    }
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = (
    command: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ): Run => {
    const started = run(command, args, {
      SIDETONE_PORT: '0',
      SIDETONE_DATA_DIR: dataDir,
      ...env,
    });
    running.push(started);
    return started;
  };

  const listening = async ({ stdout, stderr }: Run): Promise<string> => {
    const match = await waitFor(() => /Sidetone is listening on (\S+)/.exec(stdout()), {
      timeoutMs: 90_000,
      describe: () => `stdout ${stdout()} stderr ${stderr()}`,
    });
    return match[1] ?? '';
  };

  const refusesConnections = async (url: string): Promise<boolean> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    try {
      await once(socket, 'connect');
      return false;
    } catch {
      return true;
    } finally {
      socket.destroy();
    }
  };

  for (const [how, signal] of [
    ['the process group, as Ctrl-C does', (pid: number) => process.kill(-pid, 'SIGINT')],
    ['npm alone', (pid: number) => process.kill(pid, 'SIGINT')],
    ['npm alone, by SIGTERM', (pid: number) => process.kill(pid, 'SIGTERM')],
  ] as const) {
    it(`says where it listens and how to talk, and ends with 0 at a signal to ${how}`, async () => {
      const npm = start('npm', ['start']);
      const url = await listening(npm);
      expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
      await waitFor(() => npm.stdout().includes('npm run talk -- --url'));
      expect(await readdir(dataDir)).to.include.members(['control.sock', 'server.json']);
      signal(npm.child.pid ?? 0);
      expect(await npm.exited, npm.stderr()).to.equal(0);
      expect(npm.stdout().match(/Stopping/g)).to.have.lengthOf(1);
      // What stays is what was kept; SQLite has put everything into the one file.
      expect((await readdir(dataDir)).sort()).to.deep.equal(['lock', 'sidetone.db']);
      expect(await refusesConnections(url)).to.equal(true);
    });
  }

  const refuses = async (env: Record<string, string>, reason: RegExp): Promise<void> => {
    const script = start(process.execPath, ['scripts/start.mjs'], env);
    expect(await script.exited).to.equal(1);
    expect(script.stdout()).not.to.include('listening');
    const lines = script.stderr().trim().split('\n');
    expect(lines, script.stderr()).to.have.lengthOf(1);
    expect(lines[0]).to.match(reason);
  };

  it('refuses in one line to bind an address that others reach without TLS, and says why', () =>
    refuses({ SIDETONE_HOST: '0.0.0.0' }, /0\.0\.0\.0.*TLS.*SIDETONE_INSECURE=1/i));

  it('binds it all the same where it is told that this is meant', async () => {
    const script = start(process.execPath, ['scripts/start.mjs'], {
      SIDETONE_HOST: '0.0.0.0',
      SIDETONE_INSECURE: '1',
    });
    await listening(script);
  });

  it('names a taken port in one line', async () => {
    const holder = createServer();
    holder.listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    try {
      await refuses({ SIDETONE_PORT: String(port) }, new RegExp(`${port}.*(taken|in use)`));
    } finally {
      holder.close();
    }
  });

  it('leaves a data folder to the server that has it, and takes over one that a crash left', async () => {
    const first = start(process.execPath, ['scripts/start.mjs']);
    const url = await listening(first);
    await refuses({}, new RegExp(`SIDETONE_DATA_DIR.*belongs to the server at ${url}`));
    process.kill(first.child.pid ?? 0, 'SIGKILL');
    await first.exited;
    expect(await readdir(dataDir)).to.include.members(['control.sock', 'server.json']);
    const second = start(process.execPath, ['scripts/start.mjs']);
    expect(await listening(second)).to.not.equal(url);
  });

  it('refuses arguments, which it has none of, and a data folder that is a file', async () => {
    const script = start(process.execPath, ['scripts/start.mjs', '--port', '9000']);
    expect(await script.exited).to.equal(1);
    expect(script.stderr()).to.match(/"--port 9000" is not understood/);
    await refuses(
      { SIDETONE_DATA_DIR: fileURLToPath(new URL('../../README.md', import.meta.url)) },
      /SIDETONE_DATA_DIR ".*README\.md" cannot be used/,
    );
  });

  it('names every variable that it cannot use in one line', () =>
    refuses(
      { SIDETONE_PORT: 'http', SIDETONE_LOG: 'loud', SIDETONE_INSECURE: 'maybe' },
      /SIDETONE_PORT "http".*SIDETONE_INSECURE "maybe".*SIDETONE_LOG "loud"/,
    ));
});
