import { expect } from 'chai';
import { createFakeClock } from '@sidetone/testkit';
import { TalkerRecorder } from '../../src/audio/talker-recorder.js';
import { samplesSource } from '../../src/audio/pcm-source.js';
import { collect, recordState } from '../support/collect-events.js';
import { passthroughCodec } from '../support/passthrough-codec.js';
import { RealServer } from '../support/real-server.js';

describe('With a real server', () => {
  let server: RealServer;

  beforeEach(async () => {
    server = new RealServer();
    await server.start();
  });

  afterEach(() => server.stop());

  it('a cut loses no event and no word that was said after it, and others see the gap', async () => {
    const { clock } = server;
    const [ann, ben] = [await server.connect('Ann'), await server.connect('Ben')];
    const recorder = new TalkerRecorder({ codec: passthroughCodec() });
    ben.client.addSink(recorder);
    const command = await ann.client.channels.join('Command');
    await ben.client.channels.join('Command');
    const target = await command.talk();
    const [annSees, benSees] = [recordState(ann.client), recordState(ben.client)];
    const session = ann.client.self?.id;
    ann.links[0]?.cut();
    await clock.settle();
    expect(ann.client.state.status).to.equal('reconnecting');
    await ben.client.setMuted(true);
    await ben.client.channels.join('Lobby');
    await clock.advanceAsync(0);
    expect(ann.client.state).to.include({ status: 'connected', session });
    expect(annSees).to.deep.equal(['Ben updated', 'Ben in Lobby']);
    expect(benSees).to.deep.equal(['Ann away', 'Ben updated', 'Ben in Lobby', 'Ann back']);
    const samples = Float32Array.from({ length: 10 * 960 }, (_, i) => ((i % 100) - 50) / 128);
    const played = target.play(samplesSource(samples));
    await clock.advanceAsync(400);
    await played;
    expect([...(await recorder.talkspurt(0)).samples]).to.deep.equal([...samples]);
    await Promise.all([ann.client.close(), ben.client.close()]);
  });

  it('a hundred cuts later everybody knows the same, and nobody left or came', async () => {
    const { clock } = server;
    const [ann, ben] = [await server.connect('Ann'), await server.connect('Ben')];
    const lines = recordState(ann.client);
    await ben.client.channels.join('Lobby');
    let cuts = 0;
    for (; cuts < 100; cuts++) {
      const asked = ben.client.setMuted(cuts % 2 === 0);
      ann.links.at(-1)?.cut();
      await clock.advanceAsync(1_000);
      await asked;
      expect(ann.client.state.status).to.equal('connected');
    }
    expect(ann.links).to.have.length(1 + cuts);
    expect(lines).to.deep.equal(['Ben in Lobby', ...Array<string>(cuts).fill('Ben updated')]);
    expect(ann.client.self?.name).to.equal('Ann');
    await Promise.all([ann.client.close(), ben.client.close()]);
    expect(ann.client.state.status).to.equal('closed');
  });

  it('calls cut off before and after they were done are done once', async () => {
    const { clock } = server;
    const [ann, ben] = [await server.connect('Ann'), await server.connect('Ben')];
    const lines = recordState(ben.client);
    for (let i = 0; i < 5; i++) {
      const created = ann.client.channels.join('Command');
      const link = ann.links.at(-1);
      // After i turns: still on its way, at work, or answered.
      for (let turn = 0; turn < i; turn++) await Promise.resolve();
      link?.cut();
      await clock.advanceAsync(1_000);
      const membership = await created;
      await membership.leave();
      await clock.advanceAsync(2_000);
    }
    const heard = lines.filter((line) => !/away|back/.test(line));
    expect(heard).to.deep.equal(
      Array.from({ length: 5 }, () => ['Ann in Command', 'Ann out of Command']).flat(),
    );
    await Promise.all([ann.client.close(), ben.client.close()]);
  });

  it('a half-open connection is noticed after 6 s and displaced without a word to others', async () => {
    const { clock } = server;
    const [ann, ben] = [await server.connect('Ann'), await server.connect('Ben')];
    const lines = recordState(ben.client);
    ann.links[0]?.freeze();
    await clock.advanceAsync(7_000);
    expect(ann.client.state.status).to.equal('connected');
    expect(ann.links).to.have.length(2);
    expect(lines.filter((line) => line.startsWith('Ann'))).to.satisfy((seen: string[]) =>
      seen.every((line) => line === 'Ann away' || line === 'Ann back'),
    );
    await Promise.all([ann.client.close(), ben.client.close()]);
  });

  it('a restart is survived: channels, flags, mutes and targets are there again', async () => {
    const { clock } = server;
    const [ann, ben] = [await server.connect('Ann'), await server.connect('Ben')];
    const command = await ann.client.channels.join('Command');
    const lobby = await ann.client.channels.join('Lobby', { listening: false });
    await ben.client.channels.join('Command');
    await ben.client.setMuted(true);
    const target = await command.talk();
    target.start();
    const recorder = new TalkerRecorder({ codec: passthroughCodec() });
    ben.client.addSink(recorder);
    const failures = [collect(ann.client, 'restoreFailed'), collect(ben.client, 'restoreFailed')];
    const lines = recordState(ann.client);
    await server.stop();
    await clock.advanceAsync(2_000);
    expect(ann.client.state.status).to.equal('reconnecting');
    expect(ann.client.participants.find('Ben')?.muted).to.equal(true);
    await server.start();
    await clock.advanceAsync(3_000);
    expect([ann.client.state.status, ben.client.state.status]).to.deep.equal(
      Array(2).fill('connected'),
    );
    expect(failures).to.deep.equal([[], []]);
    expect(command).to.include({ joined: true, listening: true });
    expect(lobby).to.include({ joined: true, listening: false });
    expect(ben.client.self?.muted).to.equal(true);
    expect(ann.client.participants.all().map(({ name }) => name)).to.have.members(['Ann', 'Ben']);
    expect(ann.client.participants.find('Ben')?.channels.map(({ name }) => name)).to.deep.equal([
      'Command',
    ]);
    expect(lines.filter((line) => line === 'Ben left')).to.have.length(1);
    expect(target).to.include({ registered: true, started: true });
    ann.client.talk.source().write(new Float32Array(960).fill(0.5));
    target.stop();
    await clock.advanceAsync(400);
    expect((await recorder.talkspurt(0)).samples.length).to.equal(960);
    await Promise.all([ann.client.close(), ben.client.close()]);
  });

  it('a session that waited too long is replaced by a new one, and others see both', async () => {
    const { clock } = server;
    let isDown = false;
    const reconnect = (): number => (isDown ? 70_000 : 0);
    const ann = await server.connect('Ann', { reconnect });
    const ben = await server.connect('Ben');
    const command = await ann.client.channels.join('Command');
    const lines = recordState(ben.client);
    isDown = true;
    ann.links[0]?.cut();
    for (let second = 0; second < 71; second++) await clock.advanceAsync(1_000);
    expect(ann.client.state.status).to.equal('connected');
    expect(command.joined).to.equal(true);
    expect(lines).to.deep.equal([
      'Ann away',
      'Ann out of Command',
      'Ann left',
      'Ann joined',
      'Ann in Command',
    ]);
    await Promise.all([ann.client.close(), ben.client.close()]);
  });

  it('a client that was kicked while it was away does not come back', async () => {
    const { clock } = server;
    const ann = await server.connect('Ann', { reconnect: () => 1_000 });
    const session = ann.client.self?.id ?? '';
    ann.links[0]?.cut();
    await clock.settle();
    await server.kick(session);
    await clock.advanceAsync(1_000);
    const { state } = ann.client;
    const reason = state.status === 'disconnected' ? state.reason : null;
    expect(reason?.kind === 'closedByServer' && reason.reason).to.equal('KICKED');
    expect(ann.links).to.have.length(2);
    await clock.advanceAsync(120_000);
    expect(ann.links).to.have.length(2);
    await ann.client.close();
  });

  it('closing during a cut ends the session on the server, too, and leaves no timer of the client', async () => {
    const { clock } = server;
    const ben = await server.connect('Ben');
    const own = createFakeClock();
    const ann = await server.connect('Ann', { reconnect: () => 60_000, clock: own });
    const lines = recordState(ben.client);
    ann.links[0]?.cut();
    await clock.settle();
    await ann.client.close();
    await clock.settle();
    expect(lines).to.include('Ann left');
    expect(own.pending).to.equal(0);
    await ben.client.close();
  });
});
