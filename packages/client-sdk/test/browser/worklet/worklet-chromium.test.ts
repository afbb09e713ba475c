import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { opusWasm, opusWasmFiles } from '@sidetone/opus-wasm';
import { expect } from 'chai';
import { build } from 'esbuild';
import { chromium, type Browser } from 'playwright-core';
import { findBrowser } from '../../../../../scripts/browser.mjs';
import type { LoopReport } from './worklet-page.js';

const TONE_HZ = 440;
const FRAMES = 45;
const HTML = '<!doctype html><script type="module" src="/page.js"></script>';

async function bundle(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(path, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@sidetone/source', 'browser'],
  });
  return outputFiles[0]?.text ?? '';
}

/** Isolated pages have shared memory. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

async function servePage(): Promise<Server> {
  const files = new Map<string, readonly [string, string | Buffer]>([
    ['/', ['text/html', HTML]],
    ['/isolated', ['text/html', HTML]],
    ['/page.js', ['text/javascript', await bundle('./worklet-page.ts')]],
    ['/worklet.js', ['text/javascript', await bundle('../../../src/browser/worklet/worklet.ts')]],
    ['/decoder.wasm', ['application/wasm', readFileSync(opusWasmFiles().decoder)]],
  ]);
  const server = createServer((request, response) => {
    const [type, content] = files.get(request.url ?? '') ?? ['text/plain', ''];
    // What a careful site allows.
    const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
    response.writeHead(content === '' ? 404 : 200, {
      'content-type': type,
      'content-security-policy': policy,
      ...(request.url === '/isolated' && ISOLATION),
    });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function encodedTone(): number[][] {
  const encoder = opusWasm().createEncoder({
    channels: 1,
    frameDurationMs: 20,
    bitrateBps: 32_000,
    application: 'voice',
  });
  const packets = Array.from({ length: FRAMES }, (_, frame) => {
    const samples = Float32Array.from({ length: 960 }, (__, i) => {
      return 0.25 * Math.sin((2 * Math.PI * TONE_HZ * (frame * 960 + i)) / 48_000);
    });
    return [...encoder.encode(samples)];
  });
  encoder.close();
  return packets;
}

describe('The audio worklet in Chromium', function () {
  this.timeout(60_000);

  let server: Server;
  let browser: Browser;

  before(async () => {
    server = await servePage();
    browser = await chromium.launch({
      executablePath: findBrowser(),
      args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
    });
  });

  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });

  for (const [path, isIsolated] of [
    ['/', false],
    ['/isolated', true],
  ] as const) {
    it(`plays the frames of a talker, and captures exactly what it plays: ${path}`, async () => {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
      await page.waitForFunction(() => 'playIntoMicrophone' in window);
      const report: LoopReport = await page.evaluate(
        (packets) => window.playIntoMicrophone(packets),
        encodedTone(),
      );
      const { played, captured } = report;
      expect(report).to.deep.include({
        sampleRate: 48_000,
        isIsolated,
        chunkLengths: [480],
        failures: [],
      });
      expect(played.length).to.be.above(0.9 * FRAMES * 960);
      const common = Math.min(played.length, captured.length);
      expect(common).to.be.above(0.9 * FRAMES * 960);
      const differs = played.slice(0, common).findIndex((sample, i) => sample !== captured[i]);
      expect(differs, 'first sample that was not captured as it was played').to.equal(-1);
      // The tone is a tone: its crossings of zero are those of 440 Hz.
      const middle = played.slice(9_600, 33_600);
      const crossings = middle.filter(
        (sample, i) => sample >= 0 !== (middle[i - 1] ?? sample) >= 0,
      );
      expect(crossings.length).to.be.within(TONE_HZ - 4, TONE_HZ + 4);
      expect(report.concealedMs).to.equal(0);
      await page.close();
    });
  }
});
