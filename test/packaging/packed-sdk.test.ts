import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { build } from 'esbuild';
import { commandPath } from '../../scripts/child.mjs';
import { documentedPolicy, writeApp } from './support/app.js';
import { serveFiles } from './support/file-server.js';
import {
  expectViteBuild,
  expectViteDev,
  tookInlined,
  visitOnce,
  type Workshop,
} from './support/loading-cases.js';
import { installPackedSdk } from './support/packed-sdk.js';
import { Visitor } from './support/visitor.js';
import { serveWebpackBuild } from './support/webpack-app.js';

const SDK = '/node_modules/@sidetone/client-sdk/dist';
const run = promisify(execFile);

describe('The packed SDK', function () {
  this.timeout(120_000);

  let workshop: Workshop;

  before(async () => {
    const installed = await mkdtemp(path.join(os.tmpdir(), 'sidetone-packed-'));
    await installPackedSdk(installed);
    workshop = { installed, visitor: await Visitor.launch() };
  });

  after(async () => {
    await workshop?.visitor.close();
    if (workshop) await rm(workshop.installed, { recursive: true, force: true });
  });

  const node = async (file: string, source: string): Promise<string> => {
    await writeFile(path.join(workshop.installed, file), source);
    const { stdout } = await run(process.execPath, [file], { cwd: workshop.installed });
    return stdout.trim();
  };

  it('is imported by Node', async () => {
    const source =
      "import { createClient } from '@sidetone/client-sdk';\nconsole.log(typeof createClient);";
    expect(await node('import.mjs', source)).to.equal('function');
  });

  it('is required by Node, from a CommonJS program', async () => {
    const source =
      "const { createClient } = require('@sidetone/client-sdk');\nconsole.log(typeof createClient);";
    expect(await node('require.cjs', source)).to.equal('function');
  });

  it('brings pages the checks of messages without what they say to readers', async () => {
    const file = path.join(workshop.installed, SDK, 'browser.js');
    const code = await readFile(file, 'utf8');
    expect(code).to.include('^[a-z][a-z0-9-]{0,31}$').and.include('maxItems: 65535');
    expect(code).to.not.match(/\bdescription:/);
  });

  it('has the types of a page for a program that asks for them, without those of Node', async () => {
    const { installed } = workshop;
    await writeFile(
      path.join(installed, 'page.ts'),
      `import { createClient, guest, type BrowserClient } from '@sidetone/client-sdk';
      const client: BrowserClient = createClient({ url: '/', authentication: guest('Ann') });
      client.on('stateChanged', ({ state }) => state.status.toUpperCase());
      export const started: Promise<void> = client.audio.start();`,
    );
    const compilerOptions = {
      module: 'esnext',
      moduleResolution: 'bundler',
      customConditions: ['browser'],
      target: 'es2023',
      lib: ['es2023', 'dom'],
      types: [],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    };
    const config = JSON.stringify({ compilerOptions, files: ['page.ts'] });
    await writeFile(path.join(installed, 'tsconfig.json'), config);
    const compiler = commandPath('typescript', 'tsc');
    const said = await run(process.execPath, [compiler, '-p', installed]).catch(
      ({ stdout }: { stdout: string }) => ({ stdout }),
    );
    expect(said.stdout).to.equal('');
  });

  it('finds its worker and worklet in a build of Vite 8, under the policy of the guide', async () => {
    await expectViteBuild(workshop, 8);
  });

  it('runs in the development server of Vite 8', async () => {
    await expectViteDev(workshop, 8);
  });

  it('runs in the development server of Vite 5, which moves the SDK away from its files', async () => {
    await expectViteDev(workshop, 5);
  });

  it('finds its worker and worklet in a build of webpack, under the policy of the guide', async () => {
    const { installed, visitor } = workshop;
    const app = writeApp(installed, 'webpack');
    const visit = await visitOnce(visitor, await serveWebpackBuild(app, documentedPolicy()));
    expect(visit.outcome).to.equal('running');
    expect(tookInlined(visit), visit.requests.join(' ')).to.equal(false);
  });

  describe('bundled by esbuild, which leaves the files where they are', () => {
    async function bundled(name: string, clientOptions = ''): Promise<string> {
      const app = writeApp(workshop.installed, name, { clientOptions, script: '/out/main.js' });
      await build({
        entryPoints: [path.join(app, 'main.js')],
        outdir: path.join(app, 'out'),
        bundle: true,
        splitting: true,
        format: 'esm',
        logLevel: 'silent',
      });
      return app;
    }

    it('runs from its inlined copy', async () => {
      const server = await serveFiles(await bundled('esbuild'));
      const visit = await visitOnce(workshop.visitor, server);
      expect(visit.outcome).to.equal('running');
      expect(tookInlined(visit), visit.requests.join(' ')).to.equal(true);
    });

    it('says what to do where the policy forbids the copy', async () => {
      const server = await serveFiles(await bundled('esbuild-strict'), {
        'content-security-policy': documentedPolicy(),
      });
      const { outcome } = await visitOnce(workshop.visitor, server);
      expect(outcome).to.match(/^ERR_CLIENT_ASSETS: /);
      expect(outcome).to.include('Content-Security-Policy');
    });

    it('loads the files from where it is told, under the policy of the guide', async () => {
      const assets = `, assets: { workerUrl: '${SDK}/worker.js', workletUrl: '${SDK}/worklet.js' }`;
      await bundled('esbuild-told', assets);
      const server = await serveFiles(workshop.installed, {
        'content-security-policy': documentedPolicy(),
      });
      try {
        const page = `${server.url}/told.html`;
        await writeFile(
          path.join(workshop.installed, 'told.html'),
          '<!doctype html><script type="module" src="/esbuild-told/out/main.js"></script>',
        );
        const visit = await workshop.visitor.visit(page);
        expect(visit.outcome).to.equal('running');
        expect(server.requested).to.include.members([`${SDK}/worker.js`, `${SDK}/worklet.js`]);
        expect(tookInlined(visit)).to.equal(false);
      } finally {
        await server.close();
      }
    });
  });

  describe('without any bundler', () => {
    const importMap = (from: string, nonce = ''): string =>
      `<script type="importmap"${nonce}>{ "imports": { "@sidetone/client-sdk": "${from}${SDK}/browser.js" } }</script>`;

    it('runs by an import map, under the policy of the guide and a nonce for the map', async () => {
      const { installed, visitor } = workshop;
      writeApp(installed, 'mapped', {
        head: importMap('', ' nonce="of-the-map"'),
        script: '/mapped/main.js',
      });
      const policy = documentedPolicy().replace(
        "script-src 'self'",
        "script-src 'self' 'nonce-of-the-map'",
      );
      const server = await serveFiles(installed, { 'content-security-policy': policy });
      try {
        const visit = await visitor.visit(`${server.url}/mapped/index.html`);
        expect(visit.outcome).to.equal('running');
        expect(tookInlined(visit), visit.requests.join(' ')).to.equal(false);
      } finally {
        await server.close();
      }
    });

    it('runs from another origin, whose Workers a page may not start', async () => {
      const { installed, visitor } = workshop;
      const cdn = await serveFiles(installed, { 'access-control-allow-origin': '*' });
      try {
        const app = writeApp(installed, 'from-cdn', { head: importMap(cdn.url) });
        const visit = await visitOnce(visitor, await serveFiles(app));
        expect(visit.outcome).to.equal('running');
        expect(tookInlined(visit), visit.requests.join(' ')).to.equal(true);
      } finally {
        await cdn.close();
      }
    });
  });
});
