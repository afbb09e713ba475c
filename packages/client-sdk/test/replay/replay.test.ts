import { AccessPolicy, type Plugin } from '@sidetone/core';
import type { FakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import type { Client } from '../../src/client/client.js';
import { OggOpusReader } from '../../src/ogg/ogg-opus-reader.js';
import type { ReplayTransmission } from '../../src/replay/replay.js';
import { RealServer } from '../support/real-server.js';
import { flatFrame, STEP } from '../support/passthrough-codec.js';

const rights = {
  deaf: false,
  change: (_organizationId: string): void => undefined,
};

/** Everybody may do everything, but Bob may lose LISTEN. */
const policy: Plugin = {
  name: 'policy',
  version: '1.0.0',
  provides: [AccessPolicy],
  setup(ctx) {
    ctx.provide(AccessPolicy, () => ({
      async load({ identity }) {
        const allows = (permission: string): boolean =>
          !(rights.deaf && identity.displayName === 'Bob' && permission === 'LISTEN');
        return { allows, explain: () => ({ allowed: true, because: [] }) };
      },
      onChange: (listener) => {
        rights.change = (organizationId) => listener({ organizationId });
        return () => {};
      },
    }));
  },
};

describe('Replay', () => {
  let server: RealServer;
  let clock: FakeClock;
  let ann: Client;
  let bob: Client;

  const idOf = (name: string): string => server.organization.channels.find(name)?.id ?? '';
  const net = (name: string): { id: string } => ({ id: idOf(name) });
  const kept = (name = 'Command'): readonly ReplayTransmission[] => bob.replay.of(net(name));

  /** Ann says one frame of each value. */
  async function say(
    values: readonly number[],
    nets: readonly string[] = ['Command'],
  ): Promise<void> {
    const target = await ann.talk.target({ channels: nets.map(idOf) });
    target.start();
    for (const value of values) {
      ann.talk.source().write(flatFrame(value));
      await clock.advanceAsync(20);
    }
    target.stop();
    await clock.advanceAsync(100);
    await target.unregister();
  }

  /** What Bob hears in so many ms, by blocks of 20 ms, left ear, in steps. */
  async function hear(ms: number, meanwhile: () => void = () => undefined): Promise<number[]> {
    const heard: number[] = [];
    for (let at = 0; at < ms; at += 20) {
      meanwhile();
      const samples = bob.playback.pull(960);
      heard.push(Math.round(Math.max(...samples.filter((_, i) => i % 2 === 0)) / STEP / 0.7071));
      await clock.advanceAsync(20);
    }
    return heard;
  }

  beforeEach(async () => {
    rights.deaf = false;
    server = new RealServer({ initialChannels: ['Lobby', 'Command'] }, [policy]);
    await server.start();
    clock = server.clock;
    ann = (await server.connect('Ann')).client;
    bob = (await server.connect('Bob')).client;
    for (const client of [ann, bob]) {
      for (const name of ['Lobby', 'Command']) await client.channels.join(name);
    }
  });

  afterEach(async () => {
    await Promise.all([ann.close(), bob.close()]);
    expect(kept()).to.deep.equal([]);
    await server.stop();
    expect(clock.pending).to.equal(0);
  });

  it('keeps what was heard, by net, with who and when', async () => {
    await clock.advanceAsync(1_000);
    const startedAtMs = clock.now();
    await say([10, 20, 30]);
    const [first, ...others] = kept();
    expect(others).to.deep.equal([]);
    expect(first).to.deep.include({ durationMs: 60, complete: true, startedAtMs });
    expect(first?.talker?.name).to.equal('Ann');
    expect(first?.channel?.name).to.equal('Command');
    expect(kept('Lobby')).to.deep.equal([]);
    expect(ann.replay.of(net('Command')), 'nobody hears themselves').to.deep.equal([]);
  });

  it('lists what was said on several nets in each of them, though its frames came by one', async () => {
    await say([10, 20], ['Command', 'Lobby']);
    expect(kept('Command').map(({ id }) => id)).to.deep.equal(kept('Lobby').map(({ id }) => id));
    expect(kept('Lobby')[0]?.channel?.name).to.equal('Lobby');
    await bob.channels.find('Command')?.membership?.leave();
    expect([kept('Command').length, kept('Lobby').length]).to.deep.equal([0, 1]);
  });

  it('plays it again through the mix, while live voice goes on', async () => {
    await say([40, 40, 40, 40, 40]);
    await hear(400);
    const [transmission] = kept();
    const played = bob.replay.play(transmission ?? { id: '' });
    expect(bob.replay.playing).to.equal(true);
    const again = await hear(400);
    await played;
    expect(again.filter((step) => step >= 38)).to.have.length.within(4, 6);
    const target = await ann.talk.target({ channels: [idOf('Command')] });
    target.start();
    const live = bob.replay.play(transmission ?? { id: '' });
    const both = await hear(400, () => ann.talk.source().write(flatFrame(50)));
    target.stop();
    await live;
    expect(Math.max(...both)).to.be.above(80);
    expect(kept(), 'what is played again is not heard anew').to.have.length(2);
  });

  it('says again the last one, then the one before, and begins with the last one later', async () => {
    for (const value of [10, 20, 30]) await say([value]);
    const ids = kept().map(({ id }) => id);
    const again = (): string | undefined => bob.replay.sayAgain(net('Command'))?.id;
    expect([again(), again(), again(), again()]).to.deep.equal([ids[2], ids[1], ids[0], ids[0]]);
    await clock.advanceAsync(9_000);
    expect(again()).to.equal(ids[0]);
    await clock.advanceAsync(11_000);
    expect([again(), again()]).to.deep.equal([ids[2], ids[1]]);
    expect(bob.replay.sayAgain(net('Lobby'))).to.equal(null);
    bob.replay.stop();
    await clock.advanceAsync(20);
    expect(bob.replay.playing).to.equal(false);
  });

  it('gives the packets for an export, as they came', async () => {
    const packets: Uint8Array[] = [];
    bob.onFrame(({ packet }) => void (packet.length > 0 && packets.push(packet)));
    await say([1, 2, 3, 4]);
    const [transmission] = kept();
    if (!transmission) throw new Error('nothing is kept');
    expect(bob.replay.packets(transmission).map(({ packet }) => packet)).to.deep.equal(packets);
    const reader = new OggOpusReader();
    const file = bob.replay.toOgg(transmission, { title: 'Command' });
    // Packets of the codec of the tests are no Opus, so only the page structure is read.
    expect(() => [...reader.add(file), ...reader.end()]).to.not.throw();
    expect(Buffer.from(file).includes('TITLE=Command')).to.equal(true);
  });

  it('keeps no more than the bounds allow: age and number', async () => {
    const target = await ann.talk.target({ channels: [idOf('Command')] });
    for (let i = 0; i < 33; i++) {
      target.start();
      ann.talk.source().write(flatFrame(i + 1));
      await clock.advanceAsync(20);
      target.stop();
      await clock.advanceAsync(100);
    }
    expect(kept()).to.have.length(30);
    await clock.advanceAsync(299_000);
    expect(kept().length).to.be.above(0);
    await clock.advanceAsync(6_000);
    expect(kept()).to.deep.equal([]);
  });

  it('forgets a net at once when it is left', async () => {
    await say([10]);
    const [transmission] = kept();
    await bob.channels.find('Command')?.membership?.leave();
    expect(kept()).to.deep.equal([]);
    const error: unknown = await bob.replay
      .play(transmission ?? { id: '' })
      .catch((cause: unknown) => cause);
    expect(error).to.have.property('code', 'ERR_CLIENT_REPLAY');
  });

  it('stops what is played when it has to be forgotten', async () => {
    await say([40, 40, 40, 40, 40, 40, 40, 40]);
    const [transmission] = kept();
    bob.playback.pull(960);
    const played = bob.replay.play(transmission ?? { id: '' });
    await clock.advanceAsync(20);
    await server.organization.channels.update(idOf('Command'), { net: { replay: false } });
    await clock.advanceAsync(20);
    await played;
    expect(kept()).to.deep.equal([]);
    expect(bob.replay.playing).to.equal(false);
  });

  it('keeps nothing of a net that forbids it, also not by way of another one', async () => {
    await server.organization.channels.update(idOf('Command'), { net: { replay: false } });
    await say([10]);
    await say([10, 10, 10], ['Lobby', 'Command']);
    expect([...kept('Command'), ...kept('Lobby')]).to.deep.equal([]);
    await say([10], ['Lobby']);
    expect(kept('Lobby')).to.have.length(1);
  });

  it('forgets what this client may hear no longer', async () => {
    await say([10]);
    expect(kept()).to.have.length(1);
    rights.deaf = true;
    rights.change(server.organization.id);
    await clock.advanceAsync(1_000);
    expect(kept()).to.deep.equal([]);
  });

  it('keeps no whispers unless asked to', async () => {
    const carl = (await server.connect('Carl', { replay: { whispers: true } })).client;
    const whisper = await ann.whisper([bob.self?.userId ?? '', carl.self?.userId ?? '']);
    whisper.start();
    ann.talk.source().write(flatFrame(10));
    await clock.advanceAsync(20);
    whisper.stop();
    await clock.advanceAsync(100);
    expect([...kept(), ...bob.replay.whispers()]).to.deep.equal([]);
    expect(carl.replay.whispers()).to.have.length(1);
    expect(carl.replay.whispers()[0]?.channel).to.equal(null);
    await carl.close();
    expect(carl.replay.whispers()).to.deep.equal([]);
  });

  it('keeps nothing at all where the client says so, and refuses bounds of no use', async () => {
    const frames: OpusFrame[] = [];
    const carl = (await server.connect('Carl', { replay: false })).client;
    carl.onFrame((frame) => void frames.push(frame));
    await carl.channels.join('Command');
    await say([10]);
    expect(frames.length).to.be.above(0);
    expect(carl.replay.of(net('Command'))).to.deep.equal([]);
    await carl.close();
    const error: unknown = await server
      .connect('Dora', { replay: { maxTransmissions: 0, maxBytes: 1 } })
      .catch((cause: unknown) => cause);
    expect(error).to.have.property('code', 'ERR_CLIENT_OPTIONS');
    expect(error)
      .to.have.property('message')
      .that.matches(/maxTransmissions.*maxBytes/);
  });
});
