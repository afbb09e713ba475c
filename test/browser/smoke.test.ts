import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTcpImpairment, waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findBrowser } from '../../scripts/browser.mjs';
import { Operation } from '../end-to-end/support/operation.js';
import type { SmokeReport } from './smoke-page.js';

/** What the build makes of Worker and worklet. */
interface BundleScript {
  bundlePrograms(root: string, folder: string): Promise<unknown>;
}

const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe('A page in Chromium', function () {
  this.timeout(120_000);

  let operation: Operation;
  let browser: Browser;
  let page: Page;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-page-'));
    const script = new URL('../../scripts/bundle-client.mjs', import.meta.url);
    const { bundlePrograms } = (await import(script.href)) as BundleScript;
    await bundlePrograms(fileURLToPath(new URL('../../', import.meta.url)), folder);
    const scriptFile = path.join(folder, 'page.js');
    await build({
      entryPoints: [fileURLToPath(new URL('./smoke-page.ts', import.meta.url))],
      bundle: true,
      platform: 'browser',
      format: 'esm',
      conditions: ['@sidetone/source'],
      outfile: scriptFile,
    });
    operation = await Operation.start({
      page: {
        scriptFile,
        // Neither eval nor inline scripts: what a careful site allows, schemas included.
        contentSecurityPolicy:
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'",
      },
    });
    browser = await chromium.launch({ executablePath: findBrowser(), args: launchArguments });
    page = await browser.newPage();
  });

  after(async () => {
    await browser?.close();
    await operation?.end();
    await rm(folder, { recursive: true, force: true });
  });

  it('signs in, joins, and opens every frame that comes over its WebSocket', async () => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${operation.url}/page.html`);
    const report = (): Promise<SmokeReport> => page.evaluate(() => window.smoke);
    await waitFor(async () => (await report()).status === 'connected', {
      timeoutMs: 20_000,
      describe: () => complaints.join('; '),
    });
    const talker = await operation.person('Talker', 'udp', ['Command']);
    const sentBefore = (await operation.server.call('metrics'))['voice.received'] ?? 0;
    await waitFor(async () => (await operation.server.call('occupants', 'Command')) === 2);
    await talker.program.call('say', { speaker: 'delta', channels: ['Command'] });
    const sent = ((await operation.server.call('metrics'))['voice.received'] ?? 0) - sentBefore;
    expect(sent).to.be.greaterThan(150);
    const { frames, bytes, talkers, failure } = await waitFor(
      async () => {
        const now = await report();
        // The talkspurt may end with up to two empty frames, which carry no packet.
        return now.frames >= sent - 2 ? now : null;
      },
      { timeoutMs: 10_000 },
    );
    expect(failure).to.equal(null);
    expect(frames).to.be.at.most(sent);
    expect(bytes).to.be.greaterThan(frames * 10);
    expect(talkers).to.deep.equal([talker.session]);
    expect(complaints).to.deep.equal([]);
  });

  it('goes on with its session when its connection is cut, and hears who talks then', async () => {
    const { port } = new URL(operation.url);
    const network = await createTcpImpairment({ target: { port: Number(port) }, seed: 3 });
    const resumed = await browser.newPage();
    try {
      await resumed.goto(`http://127.0.0.1:${network.port}/page.html`);
      const report = (): Promise<SmokeReport> => resumed.evaluate(() => window.smoke);
      const settled = (): Promise<SmokeReport> =>
        waitFor(
          async () => {
            const now = await report();
            return now.status === 'connected' ? now : null;
          },
          { timeoutMs: 20_000 },
        );
      const { session } = await settled();
      const before = await operation.server.call('occupants', 'Command');
      network.cut();
      expect(network.connectionStatistics().cut).to.be.greaterThan(0);
      await waitFor(async () => (await report()).statuses.includes('reconnecting'));
      const back = await settled();
      expect(back.session).to.equal(session);
      expect(back.statuses).to.deep.equal(['connecting', 'connected', 'reconnecting', 'connected']);
      expect(back.left).to.equal(0);
      expect(await operation.server.call('occupants', 'Command')).to.equal(before);
      const talker = await operation.person('Second talker', 'websocket', ['Command']);
      await talker.program.call('say', { speaker: 'alpha', channels: ['Command'] });
      await waitFor(async () => (await report()).talkers.includes(talker.session));
    } finally {
      await resumed.close();
      await network.close();
    }
  });
});
