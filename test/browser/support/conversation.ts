import { speech, type SpeechName } from '@sidetone/testkit';
import { expect } from 'chai';
import { MicrophoneFiles } from './microphone-file.js';
import { NodeTalker } from './node-talker.js';
import { PageServer } from './page-server.js';
import { PageVisitor } from './page-visitor.js';
import { correlationPerSecond, EIGHTH, medianOf } from './speech-seconds.js';

const CHANNEL = 'Command';
const TALK_MS = 12_000;

export interface ConversationDemands {
  /** Of each second of speech with what was said, in the median, at least. */
  readonly correlation: number;
  /** Is told the medians: of seconds placed as a whole, and of those whose eighths are placed. */
  readonly measured?: (what: string, whole: number, eighths: number) => void;
}

/** Two pages that hear files, and a program, in one channel. */
export function describeConversation({ correlation, measured }: ConversationDemands): void {
  describe('Two pages and a program in one channel', function () {
    this.timeout(180_000);

    const files = new MicrophoneFiles();
    let server: PageServer;
    let ann: PageVisitor;
    let ben: PageVisitor;
    let cid: NodeTalker;
    /** What each says, by session. */
    let said: ReadonlyMap<string, Float32Array>;

    before(async () => {
      server = await PageServer.start();
      const [alpha, bravo] = [await files.speech('alpha'), await files.speech('bravo')];
      ann = await PageVisitor.open(server.url, 'Ann', { microphone: alpha.path });
      ben = await PageVisitor.open(server.url, 'Ben', { microphone: bravo.path });
      for (const visitor of [ann, ben]) {
        await visitor.enterWithSound();
        await visitor.join(CHANNEL);
      }
      cid = await NodeTalker.enter(server.url, 'Cid', CHANNEL);
      said = new Map([
        [await ann.session(), alpha.samples],
        [await ben.session(), bravo.samples],
        [cid.session, speech('charlie' satisfies SpeechName)],
      ]);
    });

    after(async () => {
      await Promise.all([ann?.close(), ben?.close(), cid?.close()]);
      await server?.stop();
      await files.remove();
    });

    it('hear exactly the others, while all talk at once', async () => {
      const silence = new AbortController();
      const talking = cid.talk(CHANNEL, 'charlie', silence.signal);
      const button = ben.strip(CHANNEL).locator('.talk');
      await button.hover();
      await ben.page.mouse.down();
      await ann.page.keyboard.down('Digit1');
      for (const visitor of [ann, ben]) await visitor.shows('#on-air', /ON AIR\s+Command/);
      await ann.shows(`[data-channel="${CHANNEL}"] .now-names`, /(?=.*You)(?=.*Ben)(?=.*Cid)/);
      await ben.shows(`[data-channel="${CHANNEL}"] .now-names`, /(?=.*You)(?=.*Ann)(?=.*Cid)/);
      await Promise.all([ann.record(), ben.record()]);
      cid.record();
      await ann.page.waitForTimeout(TALK_MS);
      const heard = {
        [await ann.session()]: await ann.recorded(),
        [await ben.session()]: await ben.recorded(),
        [cid.session]: cid.recorded(),
      };
      await ben.page.mouse.up();
      await ann.page.keyboard.up('Digit1');
      silence.abort();
      await talking;

      const whole: number[] = [];
      const eighths: number[] = [];
      for (const [listener, recorded] of Object.entries(heard)) {
        const others = [...said.keys()].filter((session) => session !== listener);
        const talkers = [...recorded.keys()].filter((key) => key !== 'mix');
        expect(talkers).to.have.members(others);
        for (const talker of others) {
          const samples = recorded.get(talker) ?? new Float32Array();
          const words = said.get(talker) ?? new Float32Array();
          const seconds = correlationPerSecond(samples, words, EIGHTH);
          expect(seconds.length, 'seconds of speech').to.be.at.least(5);
          eighths.push(...seconds);
          whole.push(...correlationPerSecond(samples, words));
        }
      }
      measured?.('all at once', medianOf(whole), medianOf(eighths));
      expect(medianOf(eighths)).to.be.at.least(correlation);
      for (const visitor of [ann, ben]) {
        await visitor.shows('#on-air', /Off air/);
        await visitor.shows(`[data-channel="${CHANNEL}"] .now-names`, /^Nobody talks$/);
      }
      expect(ann.complaints.concat(ben.complaints)).to.deep.equal([]);
    });

    it('hear in the mix who talks, one after the other', async () => {
      await ben.record();
      await ann.page.keyboard.down('Digit1');
      await ann.page.waitForTimeout(6_000);
      await ann.page.keyboard.up('Digit1');
      const first = (await ben.recorded()).get('mix') ?? new Float32Array();
      await ann.shows('#on-air', /Off air/);
      await ben.record();
      const silence = new AbortController();
      const talking = cid.talk(CHANNEL, 'charlie', silence.signal);
      await ben.page.waitForTimeout(6_000);
      silence.abort();
      await talking;
      const second = (await ben.recorded()).get('mix') ?? new Float32Array();
      const ofAnn = said.get(await ann.session()) ?? new Float32Array();
      const ofCid = said.get(cid.session) ?? new Float32Array();
      for (const [mix, words] of [
        [first, ofAnn],
        [second, ofCid],
      ] as const) {
        const eighths = medianOf(correlationPerSecond(mix, words, EIGHTH));
        measured?.('the mix', medianOf(correlationPerSecond(mix, words)), eighths);
        expect(eighths).to.be.at.least(correlation);
      }
      expect(medianOf(correlationPerSecond(first, ofCid, EIGHTH))).to.be.below(0.6);
    });

    it('see who talks, and nothing moves when somebody begins', async () => {
      const strip = ben.strip(CHANNEL);
      const places = async (): Promise<unknown> =>
        Promise.all(
          ['.talk', '.now', '.volume', '.pan'].map((part) =>
            strip.locator(part).first().boundingBox(),
          ),
        );
      const before = await places();
      await ann.page.keyboard.down('Digit1');
      await ben.shows(`[data-channel="${CHANNEL}"] .now-names`, /^Ann$/);
      expect(await places()).to.deep.equal(before);
      const row = ben.page.locator('.occupants li', { hasText: 'Ann' });
      expect(await row.locator('.talk-sign').innerText()).to.equal('talking');
      await ann.page.keyboard.up('Digit1');
      await ben.shows(`[data-channel="${CHANNEL}"] .now-names`, /^Nobody talks$/);
      expect(await row.locator('.talk-sign').innerText()).to.equal('');
    });
  });
}
