import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { build } from 'esbuild';
import { MemoryMetrics, SystemClock } from '@sidetone/core';
import { WireError } from '@sidetone/protocol';
import { Argon2Hasher } from '../../src/hashing/argon2-hasher.js';
import { HashProcess } from '../../src/hashing/hash-process.js';
import { HashQueue } from '../../src/hashing/hash-queue.js';

const parameters = { memoryKiB: 19_456, passes: 2, lanes: 1 };
const PASSWORD = 'pa\u00dfw\u00f6rter sind l\u00e4nger';

describe('the process that hashes', function () {
  this.timeout(30_000);
  const clock = new SystemClock();
  let child: HashProcess;
  let hasher: Argon2Hasher;

  beforeEach(async () => {
    child = new HashProcess(clock, 1);
    await child.ready();
    const metrics = new MemoryMetrics();
    const queue = new HashQueue({ clock, metrics, concurrency: 1 });
    hasher = new Argon2Hasher({ parameters, runner: child, queue, metrics });
    await hasher.warmUp();
  });
  afterEach(() => child.close());

  it('makes Argon2id hashes, each with a salt of its own, and knows them again', async () => {
    const [one, two] = [await hasher.hash(PASSWORD), await hasher.hash(PASSWORD)];
    expect(one).to.match(
      /^\$argon2id\$v=19\$m=19456,p=1,t=2\$|^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
    );
    expect(one).not.to.equal(two);
    expect(await hasher.verify(one, PASSWORD)).to.deep.equal({ ok: true, outdated: false });
    expect(await hasher.verify(one, PASSWORD.normalize('NFD'))).to.deep.include({ ok: true });
    expect(await hasher.verify(one, `${PASSWORD}!`)).to.deep.include({ ok: false });
    expect(await hasher.verify(null, PASSWORD)).to.deep.include({ ok: false });
    expect(await hasher.verify('!', '!')).to.deep.include({ ok: false });
  });

  it('says of a hash that was made with less that it is outdated', async () => {
    const hash = await hasher.hash(PASSWORD);
    const metrics = new MemoryMetrics();
    const raised = new Argon2Hasher({
      parameters: { ...parameters, passes: 3 },
      runner: child,
      queue: new HashQueue({ clock, metrics, concurrency: 1 }),
      metrics,
    });
    await raised.warmUp();
    expect(await raised.verify(hash, PASSWORD)).to.deep.equal({ ok: true, outdated: true });
  });

  it('refuses what is too long to be a password', async () => {
    const failure: unknown = await hasher.hash('x'.repeat(1025)).catch((error: unknown) => error);
    expect(failure).to.have.property('code', 'INVALID_PARAMS');
    const wide = await hasher.hash('\ufdfa'.repeat(100)).catch((error: unknown) => error);
    expect(wide).to.have.property('code', 'INVALID_PARAMS');
  });

  it('fails what it was at with UNAVAILABLE when it is killed', async () => {
    const work = Promise.allSettled([hasher.hash(PASSWORD), hasher.hash(PASSWORD)]);
    const { pid } = child;
    expect(pid).to.be.a('number');
    process.kill(pid ?? 0, 'SIGKILL');
    for (const outcome of await work) {
      const error: unknown = outcome.status === 'rejected' ? outcome.reason : null;
      expect(error).to.be.instanceOf(WireError).and.have.property('code', 'UNAVAILABLE');
    }
    expect(await child.ended).to.include('SIGKILL');
  });

  it('leaves the signals of the terminal to whoever started it', async () => {
    process.kill(child.pid ?? 0, 'SIGINT');
    process.kill(child.pid ?? 0, 'SIGTERM');
    expect(await hasher.verify(null, PASSWORD)).to.deep.include({ ok: false });
  });

  it('steps back behind voice with all of its threads', async function () {
    if (process.platform !== 'linux') return;
    const { pid } = child;
    for (const task of await readdir(`/proc/${pid}/task`)) {
      const stat = await readFile(`/proc/${pid}/task/${task}/stat`, 'utf8');
      // Field 19 of proc(5); the name in field 2 may have spaces.
      const nice = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
      expect(Number(nice), task).to.equal(10);
    }
  });

  it('ends with close, twice if need be', async () => {
    await child.close();
    await child.close();
    expect(await child.ended).to.equal('it ended with 0');
    const failure: unknown = await hasher.hash(PASSWORD).catch((error: unknown) => error);
    expect(failure).to.have.property('code', 'UNAVAILABLE');
  });
});

describe('the process that hashes, compiled', function () {
  this.timeout(60_000);
  const source = (file: string): string =>
    fileURLToPath(new URL(`../../src/hashing/${file}`, import.meta.url));
  let folder = '';

  before(async () => {
    // Within the package, where argon2 is found.
    const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
    await mkdir(dist, { recursive: true });
    folder = await mkdtemp(join(dist, 'test-'));
    await build({
      entryPoints: [source('hash-process.ts'), source('hash-program.ts')],
      outdir: folder,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['argon2'],
      conditions: ['@sidetone/source'],
    });
    await writeFile(
      join(folder, 'main.js'),
      `import { HashProcess } from './hash-process.js';
       const after = (ms, fire) => { const timer = setTimeout(fire, ms); return () => clearTimeout(timer); };
       const child = new HashProcess({ after }, 1);
       await child.ready();
       const parameters = { memoryKiB: 19456, passes: 2, lanes: 1 };
       const hash = await child.run({ kind: 'hash', password: 'x', parameters });
       process.stdout.write(String(await child.run({ kind: 'verify', password: 'x', hash })));
       await child.close();`,
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('runs under plain node', async () => {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [join(folder, 'main.js')], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(stdout).to.equal('true');
  });
});
