import { FREE_NET } from '@sidetone/protocol';
import { expect } from 'chai';
import type { FloorPolicy, FloorRequest } from '../../src/contracts/floor-policy.js';
import { VoiceWorld } from '../double/voice-world.js';

/** One talker at a time; a higher priority takes over. */
class OneAtATime implements FloorPolicy {
  readonly asked: FloorRequest[] = [];

  start(request: FloorRequest): ReturnType<FloorPolicy['start']> {
    this.asked.push(request);
    const [holder] = request.holders;
    if (holder === undefined) return { granted: true, preempt: [] };
    if (request.priority > holder.priority) return { granted: true, preempt: [holder.sessionId] };
    return { granted: false, code: 'NET_BUSY', holder: holder.sessionId };
  }
}

describe('the floor of a net', () => {
  it('is asked for at the start of a transmission only', async () => {
    const floorPolicy = new OneAtATime();
    const world = new VoiceWorld({ floorPolicy });
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const target = await talker.talksTo({ channels: [net] });
    for (let i = 0; i < 3; i++) target.say();
    target.say({ end: true });
    target.say();
    const request = {
      routeId: target.registered.handles[0]?.route.id,
      channelId: net,
      sessionId: talker.id,
      priority: 1,
      net: FREE_NET,
      holders: [],
    };
    expect(floorPolicy.asked).to.deep.equal([request, request]);
  });

  it('drops a refused talker until it releases, and tells it who holds the net', async () => {
    const world = new VoiceWorld({ floorPolicy: new OneAtATime() });
    const [net] = (await world.channels('net')) as [string];
    const [first, second, listener] = [
      world.session([net]),
      world.session([net]),
      world.session([net]),
    ];
    const one = await first.talksTo({ channels: [net] });
    const two = await second.talksTo({ channels: [net] });
    one.say();
    two.say();
    two.say();
    one.say({ end: true });
    two.say();
    expect(listener.heard).to.deep.equal([101, 102]);
    expect([world.dropped('floorRefused'), world.dropped('untilRelease')]).to.deep.equal([1, 2]);
    const { handle, route } = two.registered.handles[0] ?? {};
    expect(second.outlet.signals('transmissionRefused')).to.deep.equal([
      { handle, route, code: 'NET_BUSY', holder: first.id },
    ]);
    two.say({ end: true });
    two.say();
    expect(listener.heard).to.deep.equal([101, 102, 105]);
  });

  it('cannot be talked past with the end flag on each frame after a refusal', async () => {
    const world = new VoiceWorld({ floorPolicy: new OneAtATime() });
    const [net] = (await world.channels('net')) as [string];
    const [first, second] = [world.session([net]), world.session([net])];
    const one = await first.talksTo({ channels: [net] });
    const two = await second.talksTo({ channels: [net] });
    one.say();
    two.say();
    for (let i = 0; i < 10; i++) two.say({ end: true });
    expect(first.heard).to.deep.equal([]);
  });

  it('is lost to who asks with a higher priority', async () => {
    const world = new VoiceWorld({ floorPolicy: new OneAtATime() });
    const [net] = (await world.channels('net')) as [string];
    const [first, chief] = [world.session([net]), world.session()];
    chief.join(net, { maxPriority: 3 });
    const one = await first.talksTo({ channels: [net] });
    const two = await chief.talksTo({ channels: [net] }, { priority: 3 });
    one.say();
    two.say();
    one.say();
    expect(chief.heard).to.deep.equal([101]);
    expect(first.heard).to.deep.equal([101]);
    expect(first.outlet.signals('transmissionEnded').map(({ reason }) => reason)).to.deep.equal([
      'preempted',
    ]);
    expect(first.outlet.signals('transmissionRefused')[0]).to.include({
      code: 'NET_BUSY',
      holder: chief.id,
    });
  });

  it('refuses one net of a target and leaves the other, which then serves their common listeners', async () => {
    const world = new VoiceWorld({ floorPolicy: new OneAtATime() });
    const nets = (await world.channels('command', 'flight')) as [string, string];
    const [holder, talker, listener] = [
      world.session(nets),
      world.session(nets),
      world.session(nets),
    ];
    (await holder.talksTo({ channels: [nets[0]] })).say();
    const target = await talker.talksTo({ channels: nets });
    target.say();
    target.say();
    const routes = world.websocket.deliveries
      .filter(
        ({ sink, sourceHandle }) =>
          sink === listener.handle && sourceHandle === target.registered.source.handle,
      )
      .map(({ routeHandle }) => routeHandle);
    const flight = target.registered.handles[1]?.route.handle;
    expect(routes).to.deep.equal([flight, flight]);
  });

  it('moves common listeners to the other net when one is taken away, and back after the release', async () => {
    const world = new VoiceWorld({ floorPolicy: new OneAtATime() });
    const nets = (await world.channels('command', 'flight')) as [string, string];
    const [talker, listener, chief] = [world.session(nets), world.session(nets), world.session()];
    chief.join(nets[0], { maxPriority: 3 });
    const target = await talker.talksTo({ channels: nets });
    const takeover = await chief.talksTo({ channels: [nets[0]] }, { priority: 3 });
    const [command, flight] = target.registered.handles.map(({ route }) => route.handle);
    target.say();
    takeover.say();
    target.say();
    takeover.say({ end: true });
    target.say({ end: true });
    target.say();
    const { handle: source } = target.registered.source;
    const routes = world.websocket.deliveries
      .filter(({ sink, sourceHandle }) => sink === listener.handle && sourceHandle === source)
      .map(({ routeHandle }) => routeHandle);
    // The end on the net that was taken away is not forwarded; the one on the other net is.
    expect(routes).to.deep.equal([command, flight, flight, command]);
  });

  it('stays closed when the policy fails, and the log says so', async () => {
    const floorPolicy: FloorPolicy = {
      start: () => {
        throw new Error('no rule');
      },
    };
    const world = new VoiceWorld({ floorPolicy });
    const [net] = (await world.channels('net')) as [string];
    const [talker, listener] = [world.session([net]), world.session([net])];
    (await talker.talksTo({ channels: [net] })).say();
    expect(listener.heard).to.deep.equal([]);
    expect(world.log.messages('error')).to.have.length(1);
  });
});
