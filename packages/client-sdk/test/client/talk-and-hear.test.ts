import { expect } from 'chai';
import { TalkerRecorder } from '../../src/audio/talker-recorder.js';
import { samplesSource } from '../../src/audio/pcm-source.js';
import { connectedClient, createFakeClock } from '../support/connected-client.js';
import { FakeServer } from '../support/fake-server.js';
import { flatFrame, passthroughCodec } from '../support/passthrough-codec.js';

describe('Talking and hearing', () => {
  it('brings what one client plays to another, sample by sample', async () => {
    const server = new FakeServer();
    const clock = createFakeClock();
    const ann = await connectedClient(server, 'Ann', { clock });
    const ben = await connectedClient(server, 'Ben', { clock });
    const recorder = new TalkerRecorder({ codec: passthroughCodec() });
    ben.client.addSink(recorder);
    const command = await ann.client.channels.join('Command');
    await ben.client.channels.join('Command');
    const target = await command.talk();
    const samples = Float32Array.from({ length: 4 * 960 }, (_, i) => ((i % 100) - 50) / 128);
    const played = target.play(samplesSource(samples));
    await clock.advanceAsync(200);
    await played;
    const talkspurt = await recorder.talkspurt(0);
    expect([...talkspurt.samples]).to.deep.equal([...samples]);
    expect(talkspurt.lost).to.equal(0);
    expect(flatFrame(1)).to.have.length(960);
  });

  it('forgets the sources of who has left, and asks for them if they were only out of sight', async () => {
    const server = new FakeServer();
    const clock = createFakeClock();
    const ann = await connectedClient(server, 'Ann', { clock });
    const ben = await connectedClient(server, 'Ben', { clock });
    const recorder = new TalkerRecorder({ codec: passthroughCodec() });
    ben.client.addSink(recorder);
    const command = await ann.client.channels.join('Command');
    await ben.client.channels.join('Command');
    const target = await command.talk();
    const fetches = (): number =>
      ben.peer.received.filter(({ method }) => method === 'keys.fetch').length;
    const speak = async (): Promise<void> => {
      const played = target.play(samplesSource(new Float32Array(960).fill(0.5)));
      await clock.advanceAsync(100);
      await played;
    };
    ben.peer.state('participantLeft', { session: ann.peer.session, reason: 'left' });
    await clock.advanceAsync(1_000);
    await speak();
    expect([recorder.talkspurts.length, fetches()]).to.deep.equal([1, 0]);
    await clock.advanceAsync(1_000);
    await speak();
    expect([recorder.talkspurts.length, fetches()]).to.deep.equal([2, 1]);
  });
});
