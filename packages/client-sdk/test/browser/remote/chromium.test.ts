import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { carriesFec, opusWasm } from '@sidetone/opus-wasm';
import { http } from '@sidetone/plugin-http';
import { websocket } from '@sidetone/plugin-websocket';
import { speech, startServer, waitFor, type StartedServer } from '@sidetone/testkit';
import { expect } from 'chai';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findBrowser } from '../../../../../scripts/browser.mjs';
import { samplesSource } from '../../../src/audio/pcm-source.js';
import { createClient, guest, type Client } from '../../../src/index.node.js';
import type {} from './voice-page.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
/** What the build makes of Worker and worklet. */
interface BundleScript {
  bundlePrograms(root: string, folder: string): Promise<unknown>;
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // It beeps.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

async function serve(folder: string): Promise<Server> {
  const script = new URL('../../../../../scripts/bundle-client.mjs', import.meta.url);
  const { bundlePrograms } = (await import(script.href)) as BundleScript;
  await bundlePrograms(ROOT, folder);
  await build({
    entryPoints: [fileURLToPath(new URL('./voice-page.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    conditions: ['@sidetone/source', 'browser'],
    logLevel: 'silent',
    outfile: path.join(folder, 'page.js'),
  });
  const html = '<!doctype html><body><script type="module" src="/page.js"></script>';
  const server = createServer((request, response) => {
    const name = /^\/([\w-]+\.js)$/.exec(request.url ?? '')?.[1];
    if (name === undefined) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
      return;
    }
    codeOf(folder, name).then(
      (code) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(code),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** `wasm-worker.js` is the Worker of a browser that encodes nothing itself. */
async function codeOf(folder: string, name: string): Promise<string> {
  if (name !== 'wasm-worker.js') return readFile(path.join(folder, name), 'utf8');
  const worker = await readFile(path.join(folder, 'worker.js'), 'utf8');
  return `delete globalThis.AudioEncoder;\n${worker}`;
}

describe('Voice of a page in Chromium', function () {
  this.timeout(90_000);
  let folder: string;
  let files: Server;
  let started: StartedServer;
  let browser: Browser;
  let node: Client;
  let page: Page;
  const complaints: string[] = [];
  const fromPage = { frames: 0, loudest: 127, withFec: 0 };
  let open: (worker: string) => Promise<Page>;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-voice-page-'));
    files = await serve(folder);
    const origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
    started = await startServer([http({ port: 0 }), websocket({ origins: [origin] })], {
      initialChannels: ['Lobby'],
    });
    const url = started.url ?? '';
    node = createClient({ url, codec: opusWasm(), authentication: guest('Node') });
    await node.connect();
    await node.channels.join('Lobby');
    node.onFrame(({ packet, level }) => {
      if (packet.length === 0) return;
      fromPage.frames += 1;
      if (carriesFec(packet)) fromPage.withFec += 1;
      fromPage.loudest = Math.min(fromPage.loudest, level ?? 127);
    });
    browser = await chromium.launch({ executablePath: findBrowser(), args: FLAGS });
    open = async (worker) => {
      const opened = await browser.newPage();
      opened.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      opened.on('pageerror', (error) => complaints.push(error.message));
      await opened.goto(`${origin}/?server=${encodeURIComponent(url)}&worker=/${worker}`);
      await opened.click('#begin');
      await opened.waitForSelector('#begun', { timeout: 30_000 });
      expect(await opened.evaluate(() => window.voice.failure)).to.equal(null);
      return opened;
    };
    page = await open('worker.js');
  });

  after(async () => {
    await browser?.close();
    await node?.close();
    await started?.stop();
    files?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is sent while a key is down, from microphone to server without the main thread', async () => {
    expect(fromPage.frames).to.equal(0);
    await page.evaluate(() => {
      window.voice.keys?.press(1);
      // Nothing of the page runs for so long, and frames go on.
      const until = performance.now() + 1_500;
      while (performance.now() < until);
    });
    await waitFor(() => fromPage.frames > 60 && fromPage.loudest < 60, {
      timeoutMs: 10_000,
      describe: () => `${JSON.stringify(fromPage)} ${complaints.join('; ')}`,
    });
    const onAir = await page.evaluate(() => ({
      onAir: window.voice.keys?.state.onAir.length,
      level: window.voice.client.talk.source().level.peakDbfs,
    }));
    expect(fromPage.withFec, "of the browser's own encoder").to.be.above(0);
    expect(onAir.onAir).to.equal(1);
    expect(onAir.level).to.be.above(-60);
    await page.evaluate(() => window.voice.keys?.release(1));
    await waitFor(() => page.evaluate(() => window.voice.keys?.state.onAir.length === 0));
  });

  it('is played by the worklet, and told to sinks and taps of the main thread', async () => {
    const target = await node.channels.find('Lobby')?.membership?.talk();
    await target?.play(samplesSource(speech('alpha')));
    const session = node.self?.id ?? '';
    const result = await waitFor(
      async () => {
        const { heard, played } = await page.evaluate(() => window.voice);
        return (played[session] ?? 0) > 0.05 ? { heard: heard[session] ?? 0 } : null;
      },
      {
        timeoutMs: 10_000,
        describe: () => complaints.join('; '),
      },
    );
    expect(result.heard).to.be.above(50);
    expect(await page.evaluate(() => window.voice.client.voice?.up)).to.equal('websocket');
    expect(await page.evaluate(() => window.voice.problems)).to.deep.equal([]);
    expect(complaints).to.deep.equal([]);
  });

  it('ends with the client, and so does its Worker', async () => {
    expect(page.workers()).to.have.lengthOf(1);
    await page.evaluate(() => window.voice.client.close());
    await waitFor(() => page.workers().length === 0);
    await waitFor(() => node.participants.all().length === 1);
  });

  it('is encoded by Opus in wasm where the browser has no encoder', async () => {
    const other = await open('wasm-worker.js');
    Object.assign(fromPage, { frames: 0, loudest: 127, withFec: 0 });
    await other.evaluate(() => void window.voice.keys?.press(1));
    await waitFor(() => fromPage.frames > 60 && fromPage.loudest < 60 && fromPage.withFec > 0, {
      timeoutMs: 10_000,
      describe: () => `${JSON.stringify(fromPage)} ${complaints.join('; ')}`,
    });
    await other.close();
  });
});
