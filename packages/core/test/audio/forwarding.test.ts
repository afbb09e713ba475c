import { expect } from 'chai';
import type { RouteRule } from '../../src/contracts/route-rule.js';
import { VoiceWorld } from '../double/voice-world.js';

describe('forwarding', () => {
  it('gives one copy of each frame to a listener who shares several channels with the talker', async () => {
    const world = new VoiceWorld();
    const nets = await world.channels('command', 'flight', 'ground');
    const talker = world.session(nets);
    const shared = world.session(nets);
    const single = world.session(nets.slice(1, 2));
    const target = await talker.talksTo({ channels: nets });
    for (let i = 0; i < 5; i++) target.say();
    expect(shared.heard).to.deep.equal([101, 102, 103, 104, 105]);
    expect(single.heard).to.deep.equal([101, 102, 103, 104, 105]);
  });

  it('sends the copy on the net that the listener selected', async () => {
    const world = new VoiceWorld();
    const [command, flight] = (await world.channels('command', 'flight')) as [string, string];
    const talker = world.session([command, flight]);
    const listener = world.session([command, flight]);
    const target = await talker.talksTo({ channels: [command, flight] });
    const routeOf = (line: number) => target.registered.handles[line]?.route.handle;
    target.say();
    listener.setMembership(flight, { selected: true });
    target.say();
    const routes = world.websocket.deliveries.map(({ routeHandle }) => routeHandle);
    expect(routes).to.deep.equal([routeOf(0), routeOf(1)]);
  });

  it('brings a whisper to all sessions of its users and to nobody else', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const friend = world.session([net]);
    const phone = world.session([], friend.userId);
    const other = world.session([net]);
    const target = await talker.talksTo({ users: [friend.userId] });
    target.say();
    expect([friend.heard, phone.heard, other.heard]).to.deep.equal([[101], [101], []]);
    expect(other.outlet.installed).to.deep.equal([]);
  });

  it('brings a whisper to a session that its user opens later', async () => {
    const world = new VoiceWorld();
    const talker = world.session();
    const friend = world.session();
    const target = await talker.talksTo({ users: [friend.userId] });
    target.say();
    const phone = world.session([], friend.userId);
    target.say();
    expect(phone.heard).to.deep.equal([102]);
    expect(await world.plane.keys(phone.id)).to.have.length(1);
  });

  it('brings a shout to everybody in the subtree once, whatever number of its nets they hear', async () => {
    const world = new VoiceWorld();
    const [root, flight, side] = (await world.channels('root', 'root/flight', 'side')) as [
      string,
      string,
      string,
    ];
    const talker = world.session();
    const both = world.session([root, flight]);
    const below = world.session([flight]);
    const beside = world.session([side]);
    const target = await talker.talksTo({ subtree: root });
    target.say();
    expect([both.heard, below.heard, beside.heard]).to.deep.equal([[101], [101], []]);
    expect(below.outlet.installed).to.have.length(1);
    expect(beside.outlet.installed).to.deep.equal([]);
  });

  it('lets a shout reach who joins the subtree during the talkspurt, keys first', async () => {
    const world = new VoiceWorld();
    const [root] = (await world.channels('root')) as [string];
    const talker = world.session();
    const target = await talker.talksTo({ subtree: root });
    target.say();
    const late = world.session([root]);
    expect(late.outlet.installed).to.have.length(1);
    target.say();
    expect(late.heard).to.deep.equal([102]);
    late.leave(root);
    target.say();
    expect(late.heard).to.deep.equal([102]);
  });

  it('follows joins and leaves during a talkspurt from the very next frame', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const leaver = world.session([net]);
    const target = await talker.talksTo({ channels: [net] });
    target.say({ start: true });
    const joiner = world.session([net]);
    target.say();
    leaver.leave(net);
    target.say();
    expect(leaver.heard).to.deep.equal([101, 102]);
    expect(joiner.heard).to.deep.equal([102, 103]);
  });

  const silencers: readonly [string, (world: VoiceWorld, net: string, id: string) => void][] = [
    [
      'has deafened itself',
      (world, _, id) => void Object.assign(world.roster.session(id) ?? {}, { deafened: true }),
    ],
    [
      'has deafened itself on this net',
      (world, net, id) => (world.roster.membership(id, net).deafened = true),
    ],
    [
      'was deafened by a moderator',
      (world, net, id) => (world.roster.membership(id, net).deafenedByModerator = true),
    ],
    [
      'does not listen on this net',
      (world, net, id) => (world.roster.membership(id, net).listening = false),
    ],
    ['may not listen', (world, net, id) => world.roster.deny(id, 'LISTEN', { channelId: net })],
  ];
  for (const [name, silence] of silencers) {
    it(`sends nothing to a listener who ${name}`, async () => {
      const world = new VoiceWorld();
      const [net] = (await world.channels('net')) as [string];
      const talker = world.session([net]);
      const listener = world.session([net]);
      const target = await talker.talksTo({ channels: [net] });
      target.say();
      silence(world, net, listener.id);
      world.plane.changed({ sessionId: listener.id });
      target.say();
      expect(listener.heard).to.deep.equal([101]);
    });
  }

  it('asks route rules when it compiles, and never for a packet', async () => {
    let asked = 0;
    let blocked = true;
    let invalidate = (): void => undefined;
    const rule: RouteRule = {
      name: 'proximity',
      allows: () => (asked++, !blocked),
      onInvalidate: (call) => ((invalidate = call), () => undefined),
    };
    const world = new VoiceWorld({ routeRules: [rule] });
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const listener = world.session([net]);
    const target = await talker.talksTo({ channels: [net] });
    target.say();
    const before = asked;
    target.say();
    expect(asked).to.equal(before);
    blocked = false;
    invalidate();
    target.say();
    expect(listener.heard).to.deep.equal([103]);
  });

  it('counts a route rule that throws as a no, and logs it', async () => {
    const rule: RouteRule = {
      name: 'broken',
      allows: () => {
        throw new Error('no map');
      },
    };
    const world = new VoiceWorld({ routeRules: [rule] });
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const listener = world.session([net]);
    (await talker.talksTo({ channels: [net] })).say();
    expect(listener.heard).to.deep.equal([]);
    expect(world.log.messages('error')[0]).to.include('route rule');
  });

  it('gives the copy of a net where the talker is muted to the next net', async () => {
    const world = new VoiceWorld();
    const [command, flight] = (await world.channels('command', 'flight')) as [string, string];
    const talker = world.session([command, flight]);
    const listener = world.session([command, flight]);
    const target = await talker.talksTo({ channels: [command, flight] });
    target.say();
    talker.setMembership(command, { mutedByModerator: true });
    target.say();
    expect(listener.heard).to.deep.equal([101, 102]);
  });

  it('sends nothing to other channels', async () => {
    const world = new VoiceWorld();
    const [net, other] = (await world.channels('net', 'other')) as [string, string];
    const talker = world.session([net]);
    const elsewhere = world.session([other]);
    const target = await talker.talksTo({ channels: [net] });
    target.say();
    expect(elsewhere.heard).to.deep.equal([]);
    expect(world.deliveries).to.equal(0);
  });
});
