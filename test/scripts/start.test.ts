import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFingerprint } from '../../scripts/build-if-stale.mjs';
import { install } from '../../scripts/install.mjs';
import { withFolder } from '../repository/fixture.js';
import { readJson, repository } from '../repository/workspace.js';

/** Npm itself takes a second to start, and several on a busy machine. */
const NPM_TIMEOUT_MS = 60_000;

/** Stands for the server: it says which signals it got, after a moment in which a second one would come. */
const SERVER = `
const seen = [];
const hold = setInterval(() => {}, 1000);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    seen.push(signal);
    setTimeout(() => {
      process.stdout.write('drained after ' + seen.join(' and ') + '\\n');
      clearInterval(hold);
      process.exit(0);
    }, 300);
  });
}
process.stdout.write('listening with ' + process.argv.slice(2).join(' ') + '\\n');
`;

/** A repository that is set up, with a server of these lines. */
async function withClone(server: string, work: (root: string) => Promise<void>): Promise<void> {
  const { scripts } = readJson<{ scripts: object }>(join(repository, 'package.json'));
  const files = {
    'package.json': { private: true, type: 'module', scripts },
    'package-lock.json': { packages: {} },
    'node_modules/.package-lock.json': { packages: {} },
    'tsconfig.json': { references: [{ path: 'examples/reference-server' }] },
    'examples/reference-server/dist/main.js': server,
    'examples/reference-server/dist/tsconfig.tsbuildinfo': '',
  };
  await withFolder(files, async (root) => {
    cpSync(join(repository, 'scripts'), join(root, 'scripts'), { recursive: true });
    await install(root);
    mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
    writeFileSync(join(root, 'node_modules/.cache/sidetone-build'), sourceFingerprint(root));
    await work(root);
  });
}

function run(root: string, command: string, args: string[]) {
  const child = spawn(command, args, {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (output.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output.stderr += data.toString()));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  const listening = (async () => {
    while (!output.stdout.includes('listening')) {
      await Promise.race([once(child.stdout, 'data'), ended.then((end) => refuse(end))]);
    }
  })();
  return { pid: child.pid ?? NaN, ended, listening };
}

function refuse(end: object): never {
  throw new Error(`The program ended before it listened: ${JSON.stringify(end)}`);
}

describe('the start script', function () {
  this.timeout(NPM_TIMEOUT_MS);

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`lets the server drain and ends with 0 when ${signal} is sent to npm alone`, async () => {
      await withClone(SERVER, async (root) => {
        const npm = run(root, 'npm', ['start']);
        await npm.listening;
        process.kill(npm.pid, signal);
        const end = await npm.ended;
        expect(end).to.deep.include({ code: 0, signal: null });
        expect(end.stdout).to.include(`drained after ${signal}\n`);
      });
    });

    it(`lets the server drain and ends with 0 when ${signal} is sent to the process group`, async () => {
      await withClone(SERVER, async (root) => {
        const npm = run(root, 'npm', ['start']);
        await npm.listening;
        process.kill(-npm.pid, signal);
        const end = await npm.ended;
        expect(end).to.deep.include({ code: 0, signal: null });
        expect(end.stdout).to.include(`drained after ${signal}`);
      });
    });
  }

  it('gives the server its arguments, and leaves stdout to it', async () => {
    await withClone(SERVER, async (root) => {
      const node = run(root, process.execPath, ['scripts/start.mjs', '--loud', '3']);
      await node.listening;
      process.kill(node.pid, 'SIGTERM');
      const end = await node.ended;
      expect(end.stdout).to.equal('listening with --loud 3\ndrained after SIGTERM\n');
      expect(end.stderr).to.equal('');
    });
  });

  it('fails when the server fails', async () => {
    await withClone('process.exit(3);', async (root) => {
      const end = await run(root, process.execPath, ['scripts/start.mjs']).ended;
      expect(end).to.deep.include({ code: 3, stdout: '', stderr: '' });
    });
  });
});
