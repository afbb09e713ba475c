import { expect } from 'chai';
import { MicrophoneFiles } from './support/microphone-file.js';
import { PageServer } from './support/page-server.js';
import { PageVisitor } from './support/page-visitor.js';
import type { ChromiumOptions } from './support/chromium-process.js';

describe('The page says what is wrong and what to do', function () {
  this.timeout(120_000);

  const files = new MicrophoneFiles();
  let server: PageServer;
  let microphone: string;
  let visitor: PageVisitor;

  before(async () => {
    server = await PageServer.start();
    ({ path: microphone } = await files.speech('alpha'));
  });

  afterEach(() => visitor?.close());

  after(async () => {
    await server?.stop();
    await files.remove();
  });

  const open = async (options: ChromiumOptions, url = server.url): Promise<void> => {
    visitor = await PageVisitor.open(url, 'Ann', options);
  };

  it('when the microphone is denied', async () => {
    await open({
      flags: ['--use-fake-device-for-media-stream', '--deny-permission-prompts'],
    });
    await visitor.enter();
    const { code, sentence } = await visitor.problem('microphone');
    expect(code).to.equal('ERR_AUDIO_MICROPHONE_DENIED');
    expect(sentence).to.match(/allow it/);
    await visitor.shows('#microphone-state', /nobody can hear you/);
    await visitor.shows('#output-state', /^On$/);
  });

  it('when there is no microphone', async () => {
    await open({ microphone });
    await visitor.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('Requested device not found', 'NotFoundError'));
    });
    await visitor.enter();
    const { code, sentence } = await visitor.problem('microphone');
    expect(code).to.equal('ERR_AUDIO_NO_MICROPHONE');
    expect(sentence).to.match(/connect one/);
  });

  it('when the browser plays nothing before a click, which one button is for', async () => {
    await open({
      flags: ['--autoplay-policy=document-user-activation-required'],
    });
    // By the page itself: what a test does counts as a click.
    await visitor.page.addInitScript(() => {
      addEventListener('load', () => {
        (document.querySelector('#name') as HTMLInputElement).value = 'Ann';
        document.querySelector('form')?.requestSubmit();
      });
    });
    await visitor.page.reload();
    const { code, sentence } = await visitor.problem('output');
    expect(code).to.equal('ERR_AUDIO_BLOCKED');
    expect(sentence).to.match(/Start the sound/);
    await visitor.page.click('[data-about="output"] button:has-text("Start the sound")');
    await visitor.shows('#output-state', /^On$/);
    expect(await visitor.page.locator('[data-about="output"]').count()).to.equal(0);
  });

  it('when the server does not let one in, and listens no more', async () => {
    await open({ microphone });
    await visitor.page.fill('#name', 'admin');
    await visitor.page.fill('#password', 'not the one of admin');
    await visitor.page.click('#enter');
    const { code, sentence } = await visitor.problem('connection');
    expect(code).to.equal('AUTHENTICATION_FAILED');
    expect(sentence).to.match(/name or the password is wrong/);
    await visitor.shows('#connection', /^Not connected$/);
    await visitor.page.waitForFunction(() => window.sidetone?.audio.microphone.state === 'off');
  });

  it('when the page is not secure', async () => {
    const { port } = new URL(server.url);
    await open(
      { microphone, flags: ['--host-resolver-rules=MAP voice.test 127.0.0.1'] },
      `http://voice.test:${port}`,
    );
    const { code, sentence } = await visitor.problem('page');
    expect(code).to.equal('ERR_AUDIO_INSECURE_PAGE');
    expect(sentence).to.match(/https:/);
  });

  it('when the browser lacks what the codec needs', async () => {
    await open({ microphone });
    await visitor.page.addInitScript(() => {
      Reflect.deleteProperty(window, 'AudioWorkletNode');
    });
    await visitor.page.reload();
    await visitor.enter();
    const { code, sentence } = await visitor.problem('output');
    expect(code).to.equal('ERR_AUDIO_UNSUPPORTED');
    expect(sentence).to.match(/AudioWorklet.*update it/);
  });

  it('when the server is gone, what it does about it, and comes back', async () => {
    await open({ microphone });
    await visitor.enterWithSound();
    await visitor.join('Command');
    await visitor.page.keyboard.down('Digit1');
    await visitor.shows('#on-air', /ON AIR/);
    await visitor.page.keyboard.up('Digit1');
    await visitor.shows('#on-air', /Off air/);
    await server.kill();
    const { code, sentence } = await visitor.problem('connection');
    expect(code).to.equal('ERR_CLIENT_DISCONNECTED');
    expect(sentence).to.match(/comes back by itself/);
    await visitor.shows('#connection', /trying/);
    await server.startAgain();
    await visitor.shows('#connection', /Connected as Ann/, 30_000);
    await visitor.strip('Command').locator('.talk:enabled').waitFor();
    expect(await visitor.page.locator('[data-about="connection"]').count()).to.equal(0);
  });
});
