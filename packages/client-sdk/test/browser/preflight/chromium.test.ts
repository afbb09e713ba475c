import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { http } from '@sidetone/plugin-http';
import { websocket } from '@sidetone/plugin-websocket';
import { startServer, type StartedServer } from '@sidetone/testkit';
import { expect } from 'chai';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../../../../scripts/browser.mjs';
import type { WrittenReport } from './preflight-page.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

interface BundleScript {
  bundlePrograms(root: string, folder: string): Promise<unknown>;
}

async function bundleInto(folder: string): Promise<void> {
  const script = new URL('../../../../../scripts/bundle-client.mjs', import.meta.url);
  const { bundlePrograms } = (await import(script.href)) as BundleScript;
  await bundlePrograms(ROOT, folder);
  await build({
    entryPoints: [fileURLToPath(new URL('./preflight-page.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    conditions: ['@sidetone/source', 'browser'],
    logLevel: 'silent',
    outfile: path.join(folder, 'page.js'),
  });
}

describe('A preflight in Chromium', function () {
  this.timeout(60_000);
  let folder: string;
  let files: Server;
  let server: StartedServer;
  let origin: string;
  /** What the page is allowed; with what the guide asks for to begin with. */
  let policy = '';

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-preflight-'));
    await bundleInto(folder);
    files = createServer((request, response) => {
      const name = /^\/(\w+\.js)$/.exec(request.url ?? '')?.[1];
      response.setHeader('content-security-policy', policy);
      if (name === undefined) {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end('<!doctype html><body><script type="module" src="/page.js"></script>');
        return;
      }
      readFile(path.join(folder, name)).then(
        (code) => response.setHeader('content-type', 'text/javascript').end(code),
        () => response.writeHead(404).end(),
      );
    });
    files.listen(0, '127.0.0.1');
    await once(files, 'listening');
    origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
    server = await startServer([http({ port: 0 }), websocket({ origins: [origin] })]);
  });

  beforeEach(() => {
    policy = policyWith("'wasm-unsafe-eval'");
  });

  after(async () => {
    await server?.stop();
    files?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const policyWith = (wasm: string): string =>
    `default-src 'none'; script-src 'self' ${wasm}; worker-src 'self'; ` +
    `connect-src 'self' ${(server.url ?? '').replace(/^http/, 'ws')}`;

  /** In a browser of its own, after a click. */
  async function report(args: readonly string[], url = server.url ?? ''): Promise<WrittenReport> {
    const browser = await chromium.launch({
      executablePath: findBrowser(),
      args: [...QUIET, ...args],
    });
    try {
      const page = await browser.newPage();
      await page.goto(`${origin}/?server=${encodeURIComponent(url)}`);
      await page.click('button');
      await page.waitForFunction(() => window.report !== null, null, { timeout: 30_000 });
      return JSON.parse((await page.evaluate(() => window.report)) ?? '') as WrittenReport;
    } finally {
      await browser.close();
    }
  }

  it('finds server, way, microphone and codec under a strict policy', async () => {
    const { all, socket, path: way, microphone, playback } = await report(MICROPHONE);
    expect(all, JSON.stringify({ socket, way, microphone, playback })).to.deep.equal({ ok: true });
    expect(socket?.['authentication']).to.deep.equal(['guest']);
    expect(way).to.include({ transport: 'websocket' });
    expect(way?.['roundTripMs']).to.be.greaterThan(0);
    expect(microphone?.['levelDb']).to.be.greaterThan(-60);
    expect(playback?.['latencyMs']).to.be.greaterThan(0);
    expect(server.server.organization().participants.list()).to.deep.equal([]);
  });

  it('names a policy that lets no codec be compiled, and a machine without a microphone', async () => {
    policy = policyWith('');
    const { socket, microphone, playback } = await report(['--use-fake-ui-for-media-stream']);
    expect(socket?.ok).to.equal(true);
    expect(microphone?.error).to.match(/^ERR_AUDIO_NO_MICROPHONE /);
    expect(playback?.error).to.match(/^ERR_CLIENT_ASSETS .*'wasm-unsafe-eval'/);
  });

  it('names a server that is not there', async () => {
    const { socket, path: way, playback } = await report(MICROPHONE, `${origin}/nobody`);
    expect(socket?.error).to.match(/^ERR_CLIENT_CONNECT .*is a Sidetone server running there/);
    expect(way?.error).to.equal(socket?.error);
    expect(playback?.ok).to.equal(true);
  });
});
