import { AccessPolicy, type Plugin } from '@sidetone/core';
import { expect } from 'chai';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import type { Client } from '../../src/client/client.js';
import { collect } from '../support/collect-events.js';
import { RealServer } from '../support/real-server.js';

const NETS = ['Command', 'Flight', 'Ground'];
const silence = (): Float32Array => new Float32Array(960).fill(0.25);

/** Everybody may do everything, but Bob does not see Command. */
const policy: Plugin = {
  name: 'policy',
  version: '1.0.0',
  provides: [AccessPolicy],
  setup(ctx) {
    ctx.provide(AccessPolicy, () => ({
      async load({ identity }) {
        const allows = (_: string, { channelId }: { readonly channelId?: string }): boolean =>
          identity.displayName !== 'Bob' ||
          channelId === undefined ||
          channelId !== hiddenFromBob.id;
        return { allows, explain: () => ({ allowed: true, because: [] }) };
      },
      onChange: () => () => {},
    }));
  },
};
const hiddenFromBob = { id: '' };

describe('Nets as a client has them', () => {
  let server: RealServer;
  let ann: Client;
  let bob: Client;

  const idOf = (name: string): string => server.organization.channels.find(name)?.id ?? '';
  const framesOf = (client: Client): OpusFrame[] => {
    const frames: OpusFrame[] = [];
    client.onFrame((frame) => void frames.push(frame));
    return frames;
  };

  beforeEach(async () => {
    server = new RealServer({ initialChannels: NETS }, [policy]);
    await server.start();
    hiddenFromBob.id = '';
    ann = (await server.connect('Ann')).client;
    bob = (await server.connect('Bob')).client;
  });

  afterEach(async () => {
    await Promise.all([ann.close(), bob.close()]);
    await server.stop();
  });

  it('joins two for a while: each hears the other, sees both nets, and forgets the keys after', async () => {
    const flight = await ann.channels.join('Flight');
    await bob.channels.join('Ground');
    const [changed, ended] = [collect(bob, 'patchChanged'), collect(bob, 'patchEnded')];
    const frames = framesOf(bob);
    const patch = await ann.patches.create(['Flight', 'Ground'].map(idOf), { durationMs: 60_000 });
    expect(patch.channels.map(({ name }) => name)).to.deep.equal(['Flight', 'Ground']);
    expect(patch).to.include({ createdBy: 'Ann', hiddenChannels: 0, owner: ann.self });
    expect(changed.map((event) => event.patch)).to.deep.equal([bob.patches.byId(patch.id)]);
    expect(bob.patches.of(idOf('Ground'))).to.equal(bob.patches.byId(patch.id));
    const started = collect(bob, 'transmissionStarted');
    const target = await flight.talk();
    target.start();
    ann.talk.source().write(silence());
    await server.clock.advanceAsync(40);
    expect(frames.length).to.be.above(0);
    const [{ transmission }] = started as [(typeof started)[0]];
    expect(transmission.channels.map(({ name }) => name)).to.deep.equal(['Flight', 'Ground']);
    expect(transmission.patches).to.deep.equal([bob.patches.byId(patch.id)]);
    await ann.patches.end(patch);
    expect(ended.map(({ reason }) => reason)).to.deep.equal(['ended']);
    expect(bob.patches.all()).to.deep.equal([]);
    const before = frames.length;
    ann.talk.source().write(silence());
    await server.clock.advanceAsync(1_000);
    expect(frames).to.have.length(before);
    expect(bob.voice?.dropped).to.not.include.keys('unknownEpoch');
  });

  it('goes on hearing one net over the patch after it has left it', async () => {
    const flight = await ann.channels.join('Flight');
    const left = await bob.channels.join('Flight');
    await bob.channels.join('Ground');
    await server.organization.patches.create({ channels: ['Flight', 'Ground'].map(idOf) });
    await left.leave();
    const frames = framesOf(bob);
    const target = await flight.talk();
    target.start();
    ann.talk.source().write(silence());
    await server.clock.advanceAsync(40);
    expect(frames.length).to.be.above(0);
  });

  it('hears a net that it may not see, and is not told which', async () => {
    hiddenFromBob.id = idOf('Command');
    await bob.close();
    bob = (await server.connect('Bob')).client;
    expect(bob.channels.find('Command')).to.equal(null);
    const command = await ann.channels.join('Command');
    await bob.channels.join('Ground');
    const patch = await ann.patches.create(['Command', 'Ground'].map(idOf));
    expect(bob.patches.byId(patch.id)).to.include({ hiddenChannels: 1 });
    const [frames, started] = [framesOf(bob), collect(bob, 'transmissionStarted')];
    const target = await command.talk();
    target.start();
    ann.talk.source().write(silence());
    await server.clock.advanceAsync(40);
    expect(frames.map(({ route }) => route.channel)).to.include(undefined);
    expect(started[0]?.transmission.channels.map(({ name }) => name)).to.deep.equal(['Ground']);
    expect(started[0]?.transmission.talker?.name).to.equal('Ann');
  });

  it('is told what ended while it was away', async () => {
    await server.organization.patches.create({ channels: ['Flight', 'Ground'].map(idOf) });
    const ended = collect(ann, 'patchEnded');
    expect(ann.patches.all()).to.have.length(1);
    await server.stop();
    await server.clock.advanceAsync(2_000);
    await server.start();
    await server.clock.advanceAsync(3_000);
    expect(ann.state.status).to.equal('connected');
    expect(ann.patches.all()).to.deep.equal([]);
    expect(ended).to.have.length(1);
  });

  it('changes a stance, and who talks below it is told that the net is restricted', async () => {
    const flight = await bob.channels.join('Flight');
    await ann.channels.join('Flight');
    const refused = collect(bob, 'transmissionRefused');
    const target = await flight.talk({ priority: 0 });
    await ann.channels.setStance(idOf('Flight'), 1);
    expect(bob.channels.find('Flight')?.net.minTalkPriority).to.equal(1);
    target.start();
    bob.talk.source().write(silence());
    await server.clock.advanceAsync(40);
    expect(refused.map(({ code, channel }) => [code, channel?.name])).to.deep.equal([
      ['NET_RESTRICTED', 'Flight'],
    ]);
  });

  it('is warned before its transmission ends', async () => {
    await ann.channels.update(idOf('Flight'), { net: { maxTransmissionMs: 2_000 } });
    const flight = await bob.channels.join('Flight');
    const [ending, ended] = [collect(bob, 'transmissionEnding'), collect(bob, 'transmissionEnded')];
    const target = await flight.talk();
    target.start();
    for (let passed = 0; passed < 2_400; passed += 20) {
      bob.talk.source().write(silence());
      await server.clock.advanceAsync(20);
    }
    expect(ending.map(({ channel, inMs }) => [channel?.name, inMs])).to.deep.equal([
      ['Flight', 1_000],
    ]);
    expect(ending[0]?.transmission?.talker).to.equal(bob.self);
    expect(ended.map(({ reason }) => reason)).to.deep.equal(['timeout']);
  });
});
