import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { http } from '@sidetone/plugin-http';
import { startServer, type StartedServer } from '@sidetone/testkit';
import { expect } from 'chai';
import { page } from '../../src/server/page.js';

describe('the page routes', () => {
  let folder: string;
  let started: StartedServer;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-page-'));
  });

  afterEach(async () => {
    await started.stop();
    await rm(folder, { recursive: true });
  });

  async function build(): Promise<void> {
    await mkdir(path.join(folder, 'assets'));
    await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>Page</title>');
    await writeFile(path.join(folder, 'assets', 'page-1a2b.js'), 'talk();'.repeat(100));
    started = await startServer([http({ port: 0 }), page(folder)]);
  }

  it('let the page run its own scripts and talk to its own server, and nothing else', async () => {
    await build();
    for (const at of ['/', '/assets/page-1a2b.js']) {
      const { headers, status } = await fetch(`${started.url}${at}`);
      expect(status).to.equal(200);
      const policy = headers.get('content-security-policy') ?? '';
      for (const line of [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "frame-ancestors 'none'",
      ]) {
        expect(policy.split('; ')).to.include(line);
      }
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('referrer-policy')).to.equal('no-referrer');
      expect(headers.get('permissions-policy')).to.include('microphone=(self)');
    }
  });

  it('let browsers keep what has its hash in its name, and ask for the rest each time', async () => {
    await build();
    const asset = await fetch(`${started.url}/assets/page-1a2b.js`);
    expect(asset.headers.get('cache-control')).to.include('immutable');
    expect(asset.headers.get('content-type')).to.include('text/javascript');
    const html = await fetch(`${started.url}/?name=Ann`);
    expect(html.headers.get('cache-control')).to.equal('no-cache');
    expect(await html.text()).to.include('<title>Page</title>');
  });

  it('send less to who can unpack it, and the same', async () => {
    await build();
    const get = (encoding: string): Promise<Response> =>
      fetch(`${started.url}/assets/page-1a2b.js`, { headers: { 'accept-encoding': encoding } });
    const [packed, plain] = [await get('gzip'), await get('identity')];
    expect(packed.headers.get('content-encoding')).to.equal('gzip');
    expect(Number(packed.headers.get('content-length'))).to.be.below(200);
    expect(plain.headers.get('content-encoding')).to.equal(null);
    expect(await packed.text()).to.equal(await plain.text());
  });

  it('serve nothing else of the machine', async () => {
    await build();
    for (const at of ['/assets/', '/assets/../index.html/', '/assets/%2e%2e/%2e%2e/package.json']) {
      expect((await fetch(`${started.url}${at}`)).status).to.equal(404);
    }
  });

  it('say what to do where the page was not built', async () => {
    started = await startServer([http({ port: 0 }), page(folder)]);
    const response = await fetch(`${started.url}/`);
    expect(response.status).to.equal(503);
    expect(await response.text()).to.include('npm run build');
  });
});
