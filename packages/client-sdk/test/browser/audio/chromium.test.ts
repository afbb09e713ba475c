import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findBrowser } from '../../../../../scripts/browser.mjs';
import type {} from './sound-page.js';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const FAKE_MICROPHONES = '--use-fake-device-for-media-stream';
const ALLOWED = '--use-fake-ui-for-media-stream';
const GESTURE_NEEDED = '--autoplay-policy=document-user-activation-required';

/** A name that is not this machine's own: what is served there is not secure. */
const INSECURE_HOST = 'insecure.test';

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    conditions: ['@sidetone/source', 'browser'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** Serves the page, its script and the worklet. */
async function serve(): Promise<Server> {
  const [page, worklet] = await Promise.all([
    bundle('./sound-page.ts'),
    bundle('../../../src/browser/worklet/worklet.ts'),
  ]);
  const files = new Map([
    ['/', ['text/html', '<!doctype html><body><script type="module" src="/page.js"></script>']],
    ['/page.js', ['text/javascript', page]],
    ['/worklet.js', ['text/javascript', worklet]],
  ]);
  const server = createServer((request, response) => {
    const [type, text] = files.get(request.url ?? '') ?? [];
    if (type === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('The sound of a page in Chromium', function () {
  this.timeout(120_000);
  let server: Server;
  let browser: Browser | null = null;

  before(async () => {
    server = await serve();
  });

  afterEach(async () => {
    await browser?.close();
    browser = null;
  });

  after(() => {
    server.close();
  });

  async function open(args: readonly string[], host = 'localhost', hash = ''): Promise<Page> {
    browser = await chromium.launch({
      executablePath: findBrowser(),
      args: [...QUIET, ...args, `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`],
    });
    const page = await browser.newPage();
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://${host}:${port}/${hash}`);
    await page.waitForSelector('#talk');
    return page;
  }

  const states = (page: Page): Promise<string[]> => page.evaluate(() => window.sound.states);
  const failure = (page: Page): Promise<{ code: string; message: string }> =>
    waitFor(
      async () => {
        const { code, message } = await page.evaluate(() => ({
          code: window.sound.failure,
          message: window.sound.message,
        }));
        return code === null ? null : { code, message };
      },
      { timeoutMs: 30_000 },
    );
  /** Something comes from the microphone, from now on. */
  const hears = async (page: Page): Promise<void> => {
    await page.evaluate(() => void Object.assign(window.sound.captured, { chunks: 0, loudest: 0 }));
    await waitFor(
      () =>
        page.evaluate(
          () => window.sound.captured.chunks > 50 && window.sound.captured.loudest > 0.01,
        ),
      { timeoutMs: 30_000 },
    );
  };

  it('captures after one click, changes the device, and lets it go', async () => {
    const page = await open([FAKE_MICROPHONES, ALLOWED, GESTURE_NEEDED]);
    await page.click('#talk');
    await hears(page);
    const devices = await page.evaluate(async () => {
      const { inputs } = await window.sound.audio.devices();
      const now = window.sound.audio.microphone.device?.id;
      const other = inputs.find(({ id }) => id !== now && id !== 'default') ?? null;
      await window.sound.audio.microphone.select(other?.id ?? null);
      return { other, then: window.sound.audio.microphone.device };
    });
    expect(devices.other?.label).to.match(/Fake/);
    expect(devices.then).to.deep.equal(devices.other);
    await hears(page);
    await page.evaluate(() => window.sound.audio.stop());
    expect(await states(page)).to.deep.equal([
      'starting',
      'microphone starting asked',
      'running',
      'microphone live asked',
      'microphone live asked',
      'microphone off asked',
      'stopped',
    ]);
  });

  it('goes over to another context, with its microphone, when the one at hand is closed', async () => {
    const page = await open([FAKE_MICROPHONES, ALLOWED, GESTURE_NEEDED]);
    await page.click('#talk');
    await hears(page);
    await page.evaluate(() => window.sound.contexts[0]?.close());
    await waitFor(() => page.evaluate(() => window.sound.audio.state === 'running'));
    await hears(page);
    expect(
      await page.evaluate(() => window.sound.contexts.map(({ state }) => state)),
    ).to.deep.equal(['closed', 'running']);
    expect((await states(page)).slice(4)).to.deep.equal(['starting', 'running']);
  });

  it('finds in a preflight that the microphone is not silent', async () => {
    const page = await open([FAKE_MICROPHONES, ALLOWED]);
    const check = await page.evaluate(() => window.sound.tryMicrophone());
    expect(check).to.have.property('ok', true);
    expect(check).to.have.property('levelDb').that.is.greaterThan(-60);
  });

  it('is blocked without a gesture, and runs in one', async () => {
    const page = await open([GESTURE_NEEDED], 'localhost', '#at-once');
    expect((await failure(page)).code).to.equal('ERR_AUDIO_BLOCKED');
    await page.click('#listen');
    await waitFor(() => page.evaluate(() => window.sound.audio.state === 'running'));
    expect(await states(page)).to.deep.equal(['starting', 'blocked', 'starting', 'running']);
  });

  it('names a microphone that is not allowed', async () => {
    const page = await open([FAKE_MICROPHONES]);
    await page.click('#talk');
    const { code, message } = await failure(page);
    expect(code).to.equal('ERR_AUDIO_MICROPHONE_DENIED');
    expect(message).to.match(/allow/);
  });

  it('names a machine without a microphone', async () => {
    const page = await open([ALLOWED]);
    await page.click('#talk');
    expect((await failure(page)).code).to.equal('ERR_AUDIO_NO_MICROPHONE');
  });

  it('names a page that is not secure', async () => {
    const page = await open([FAKE_MICROPHONES, ALLOWED], INSECURE_HOST);
    await page.click('#talk');
    expect((await failure(page)).code).to.equal('ERR_AUDIO_INSECURE_PAGE');
  });
});
