import { expect } from 'chai';
import { MicrophoneFiles } from '../browser/support/microphone-file.js';
import { NodeTalker } from '../browser/support/node-talker.js';
import { PageServer } from '../browser/support/page-server.js';
import { longestGapMs } from '../browser/support/speech-seconds.js';
import { TabControl, type Tab } from '../browser/support/tab-control.js';
import { quote, TOLERANCE } from './support/figure.js';

const HIDDEN_MS = 30_000;
const FRAME_MS = 20;
/** What jitter of a machine may take out of the sound once in a while, on a quiet one. */
const GAP_MS = 40;

/** Everything in a tab that the tests want of it, as text, because nothing but text goes there. */
const ENTER = `(async () => {
  document.querySelector('#name').value = 'Tab';
  document.querySelector('#entrance').requestSubmit();
  const until = async (condition) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await until(() => document.querySelector('[aria-label="Join Command"]'));
  document.querySelector('[aria-label="Join Command"]').click();
  await until(() => document.querySelector('[data-channel="Command"] .talk:enabled'));
  await until(() => /^On/.test(document.querySelector('#microphone-state').textContent));
  await until(() => document.querySelector('#output-state').textContent === 'On');
  // Not a key: those are let go when the page is hidden, as they should.
  const { channel } = window.sidetone.channels.joined[0];
  window.target = await channel.membership.talk();
  return window.sidetone.self.id;
})()`;

const COUNT_FRAMES = `window.frames = 0;
window.sidetone.onFrame(({ packet }) => { if (packet.length > 0) window.frames += 1; });
0`;

interface Reception {
  readonly lost: number;
  readonly concealedMs: number;
}

/** Each call asks the audio thread for newer numbers. */
const RECEPTION = `(async () => {
  window.sidetone.playback.statistics();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const [{ lost, concealedMs }] = window.sidetone.playback.statistics().values();
  return { lost, concealedMs };
})()`;

describe('A tab behind another one', function () {
  this.timeout(120_000);

  const files = new MicrophoneFiles();
  let server: PageServer;
  let tabs: TabControl;
  let talker: NodeTalker;

  before(async () => {
    server = await PageServer.start();
    const { path } = await files.noise();
    tabs = await TabControl.start([
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${path}`,
    ]);
    talker = await NodeTalker.enter(server.url, 'Cid', 'Command');
  });

  after(async () => {
    await tabs?.close();
    await talker?.close();
    await server?.stop();
    await files.remove();
  });

  it('goes on to talk and to hear for 30 s, and loses nothing', async () => {
    const tab: Tab = await tabs.open(`${server.url}/?raw`);
    const session = await tab.evaluate<string>(ENTER);
    const silence = new AbortController();
    const talking = talker.talk('Command', 'charlie', silence.signal);
    await tab.evaluate('window.target.start()');
    await tabs.open('about:blank');
    expect(await tab.evaluate<string>('document.visibilityState')).to.equal('hidden');
    await tab.evaluate('new Promise((resolve) => setTimeout(resolve, 1_000))');
    const before = await tab.evaluate<Reception>(RECEPTION);
    await tab.evaluate(COUNT_FRAMES);
    talker.record();
    const said = talker.frames;
    await tab.evaluate(`new Promise((resolve) => setTimeout(resolve, ${HIDDEN_MS}))`);
    const sent = talker.frames - said;
    const recorded = talker.recorded().get(session) ?? new Float32Array();
    const opened = await tab.evaluate<number>('window.frames');
    expect(await tab.evaluate<string>('document.visibilityState')).to.equal('hidden');
    const after = await tab.evaluate<Reception>(RECEPTION);
    silence.abort();
    await talking;

    const gapMs = longestGapMs(recorded);
    const lost = after.lost - before.lost;
    const concealedMs = after.concealedMs - before.concealedMs;
    quote('a tab hidden for 30 s', { sent, opened, lost, concealedMs, 'longest gap ms': gapMs });
    expect(opened).to.be.closeTo(sent, 5);
    expect(sent).to.be.closeTo(HIDDEN_MS / FRAME_MS, 25);
    expect(lost).to.equal(0);
    expect(recorded.length).to.be.above(0.98 * 48 * HIDDEN_MS);
    expect(gapMs).to.be.at.most(TOLERANCE * GAP_MS);
  });
});
