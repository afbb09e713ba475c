import { expect } from 'chai';
import { VoiceWorld, type TestTarget, type VoiceMember } from '../double/voice-world.js';

async function createScene(): Promise<{
  world: VoiceWorld;
  listener: VoiceMember;
  target: TestTarget;
}> {
  const world = new VoiceWorld();
  const [net] = (await world.channels('net')) as [string];
  const talker = world.session([net]);
  const listener = world.session([net]);
  const target = await talker.talksTo({ channels: [net] });
  return { world, listener, target };
}

/** Frames to the listener so far, by path. */
const counts = (world: VoiceWorld, { handle }: VoiceMember): [number, number] => [
  world.websocket.seqsTo(handle).length,
  world.udp.seqsTo(handle).length,
];

describe('voice paths', () => {
  it('begin with the WebSocket and move to UDP in the turn in which it is proven', async () => {
    const { world, listener, target } = await createScene();
    target.say();
    world.plane.pathReady(listener, world.udp);
    target.say();
    expect(counts(world, listener)).to.deep.equal([1, 1]);
    expect(listener.outlet.signals('voicePathChanged')).to.deep.equal([{ downlink: 'udp' }]);
  });

  it('fall back without a gap when one is lost, and tell the client', async () => {
    const { world, listener, target } = await createScene();
    world.plane.pathReady(listener, world.udp);
    target.say();
    world.plane.pathLost(listener, world.udp);
    target.say();
    expect(listener.heard.sort()).to.deep.equal([101, 102]);
    expect(listener.outlet.signals('voicePathChanged')).to.deep.equal([
      { downlink: 'udp' },
      { downlink: 'websocket' },
    ]);
  });

  it('go where the client asks, also on both at once', async () => {
    const { world, listener, target } = await createScene();
    world.plane.pathReady(listener, world.udp);
    world.plane.setDownlink(listener.id, 'websocket');
    target.say();
    world.plane.setDownlink(listener.id, 'both');
    target.say();
    world.plane.setDownlink(listener.id, 'udp');
    target.say();
    expect(counts(world, listener)).to.deep.equal([2, 2]);
  });

  it('refuse one that is not proven', async () => {
    const { world, listener } = await createScene();
    expect(() => world.plane.setDownlink(listener.id, 'udp'))
      .to.throw()
      .with.property('code', 'NOT_FOUND');
    expect(() => world.plane.setDownlink(listener.id, 'both'))
      .to.throw()
      .with.property('code', 'NOT_FOUND');
  });

  it('lead nowhere when none is left, and back when one returns', async () => {
    const { world, listener, target } = await createScene();
    world.plane.pathLost(listener, world.websocket);
    target.say();
    world.plane.pathReady(listener, world.websocket);
    target.say();
    expect(listener.heard).to.deep.equal([102]);
  });

  it('are forgotten by each transport when the session ends', async () => {
    const { world, listener, target } = await createScene();
    listener.close();
    target.say();
    expect(listener.heard).to.deep.equal([]);
    expect([world.udp.detached, world.websocket.detached]).to.deep.equal([
      [listener.id],
      [listener.id],
    ]);
    world.plane.pathReady(listener, world.udp);
    target.say();
    expect(world.deliveries).to.equal(0);
  });

  it('make one call for each transport, whatever number of listeners', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const members = Array.from({ length: 20 }, () => world.session([net]));
    for (const member of members.slice(0, 12)) world.plane.pathReady(member, world.udp);
    (await talker.talksTo({ channels: [net] })).say();
    expect([world.udp.calls, world.websocket.calls]).to.deep.equal([1, 1]);
    expect([world.udp.deliveries.length, world.websocket.deliveries.length]).to.deep.equal([12, 8]);
  });
});
