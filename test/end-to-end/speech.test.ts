import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { opus } from '@sidetone/plugin-opus';
import { codecRoundTrip, compareSpeech, readWav, speech, waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { Operation, type Person } from './support/operation.js';

const speaker = 'alpha';
const settings = {
  channels: 1,
  frameDurationMs: 20,
  bitrateBps: 32_000,
  application: 'voice',
} as const;
const FRAME_SAMPLES = 960;

describe('Speech between processes', function () {
  this.timeout(120_000);

  const reference = codecRoundTrip(opus(), speech(speaker), settings);
  const frameCount = reference.length / FRAME_SAMPLES;
  let folder: string;
  let operation: Operation;
  let overUdp: Person;
  let overWebSocket: Person;
  let onBothNets: Person;
  let elsewhere: Person;
  let talker: Person;
  let channelIds: Readonly<Record<string, string>>;
  let sentBefore: number;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-speech-'));
    operation = await Operation.start();
    [overUdp, overWebSocket, onBothNets, elsewhere, talker] = await Promise.all([
      operation.person('Udp', 'udp', ['Command']),
      operation.person('WebSocket', 'websocket', ['Command']),
      operation.person('Both', 'udp', ['Flight', 'Command']),
      operation.person('Elsewhere', 'udp', ['Ground']),
      operation.person('Talker', 'udp', ['Command', 'Flight']),
    ]);
    channelIds = await talker.program.call('channelIds');
    sentBefore = (await operation.server.call('metrics'))['udp.sent'] ?? 0;
    await talker.program.call('say', { speaker, channels: ['Command', 'Flight'] });
    for (const { program } of [overUdp, overWebSocket, onBothNets]) {
      await waitFor(async () => (await program.call('count')) >= frameCount, { timeoutMs: 10_000 });
    }
  });

  after(async () => {
    await operation?.end();
    await rm(folder, { recursive: true, force: true });
  });

  const everyFrame = Array.from({ length: frameCount }, (_, index) => index);

  for (const [where, listener] of [
    ['over UDP', () => overUdp],
    ['over WebSocket', () => overWebSocket],
    ['on two nets shared with the talker, one copy of each', () => onBothNets],
  ] as const) {
    it(`every frame is heard ${where}`, async () => {
      const heard = await listener().program.call('heard');
      expect([...heard.frames].sort((a, b) => a - b)).to.deep.equal(everyFrame);
      expect(heard.lost).to.equal(0);
      // A second copy would have been dropped by the client, and counted.
      expect(Object.entries(heard.dropped).filter(([, count]) => count > 0)).to.deep.equal([]);
      expect(heard.talkers).to.deep.equal([talker.session]);
    });

    it(`what is heard ${where} is what the codec alone makes of the speech`, async () => {
      const wav = readWav(await readFile(await listener().program.call('record', folder)));
      const { correlation, segmentalSnrDb } = compareSpeech(reference, wav.samples, {
        sampleRate: 48_000,
        maxShiftMs: 100,
      });
      expect(correlation).to.be.at.least(0.98);
      expect(segmentalSnrDb).to.be.at.least(25);
    });
  }

  it('the copy comes by the net that was joined first', async () => {
    expect((await onBothNets.program.call('heard')).routes).to.deep.equal([channelIds['Flight']]);
    expect((await overUdp.program.call('heard')).routes).to.deep.equal([channelIds['Command']]);
  });

  it('who shares no net receives no datagram', async () => {
    expect((await elsewhere.program.call('heard')).frames).to.deep.equal([]);
    const { 'udp.sent': sent = 0, 'voice.received': received = 0 } =
      await operation.server.call('metrics');
    // Sealed once for each net, each copy goes to exactly one listener over UDP.
    expect(received).to.be.at.least(2 * frameCount);
    expect(sent - sentBefore).to.equal(received);
  });

  it('the server has dropped nothing and nothing went wrong', async () => {
    const metrics = await operation.server.call('metrics');
    const dropped = Object.entries(metrics).filter(
      ([name, value]) => /dropped|failed/i.test(name) && value > 0,
    );
    expect(dropped).to.deep.equal([]);
    expect(await operation.server.call('uncaught')).to.deep.equal([]);
  });
});
