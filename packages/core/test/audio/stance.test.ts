import type { PriorityClass } from '@sidetone/protocol';
import { expect } from 'chai';
import { endsOf } from '../double/own-talk.js';
import { VoiceWorld, type VoiceMember } from '../double/voice-world.js';

const codes = (member: VoiceMember): string[] =>
  member.outlet.signals('transmissionRefused').map(({ code }) => code);

describe('the stance of a net', () => {
  for (const { stance, asked, highest, talks } of [
    { stance: 0, asked: 0, highest: 1, talks: true },
    { stance: 1, asked: 0, highest: 3, talks: false },
    { stance: 1, asked: 1, highest: 1, talks: true },
    { stance: 2, asked: 1, highest: 1, talks: false },
    { stance: 2, asked: 1, highest: 2, talks: true },
    { stance: 2, asked: 0, highest: 2, talks: false },
    { stance: 3, asked: 2, highest: 2, talks: false },
    { stance: 3, asked: 1, highest: 3, talks: true },
  ] as const) {
    const who = `who asks for ${asked} and has ${highest}`;
    it(`${stance} ${talks ? 'lets' : 'keeps out'} ${who}`, async () => {
      const world = new VoiceWorld();
      const [net] = (await world.channels('net')) as [string];
      const [talker, listener] = [world.session(), world.session([net])];
      talker.join(net, { maxPriority: highest });
      world.setNet(net, { minTalkPriority: stance });
      const target = await talker.talksTo({ channels: [net] }, { priority: asked });
      target.say();
      expect(listener.heard).to.have.length(talks ? 1 : 0);
      expect(codes(talker)).to.deep.equal(talks ? [] : ['NET_RESTRICTED']);
    });
  }

  it('ends what is below it when it is raised, and no frame passes after that', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const [member, chief, listener] = [world.session([net]), world.session(), world.session([net])];
    chief.join(net, { maxPriority: 2 });
    const low = await member.talksTo({ channels: [net] });
    const high = await chief.talksTo({ channels: [net] });
    low.say();
    high.say();
    world.setNet(net, { minTalkPriority: 2 });
    for (let i = 0; i < 5; i++) low.say();
    high.say();
    const heard = world.websocket.deliveries
      .filter(({ sink }) => sink === listener.handle)
      .map(({ sourceHandle }) => sourceHandle);
    const [a, b] = [low.registered.source.handle, high.registered.source.handle];
    expect(heard).to.deep.equal([a, b, b]);
    expect([endsOf(member), codes(member)]).to.deep.equal([['revoked'], ['NET_RESTRICTED']]);
    expect([endsOf(chief), codes(chief)]).to.deep.equal([[], []]);
  });

  it('lets a talker begin again after it is lowered, with a new press only', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const [member, listener] = [world.session([net]), world.session([net])];
    const target = await member.talksTo({ channels: [net] });
    world.setNet(net, { minTalkPriority: 2 });
    target.say();
    world.setNet(net, { minTalkPriority: 1 });
    target.say();
    expect(listener.heard).to.deep.equal([]);
    target.say({ end: true });
    target.say();
    expect(listener.heard).to.deep.equal([104]);
  });

  it('ends the talk of who loses the class that it asks for', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const [chief, listener] = [world.session(), world.session([net])];
    chief.join(net, { maxPriority: 2 });
    world.setNet(net, { minTalkPriority: 2 });
    const target = await chief.talksTo({ channels: [net] }, { priority: 2 });
    target.say();
    chief.setMembership(net, { maxPriority: 1 });
    target.say();
    expect(listener.heard).to.deep.equal([101]);
    expect(endsOf(chief)).to.deep.equal(['revoked']);
  });

  it('of one net of a target leaves the others, which then serve their common listeners', async () => {
    const world = new VoiceWorld();
    const nets = (await world.channels('command', 'flight')) as [string, string];
    const [talker, listener] = [world.session(nets), world.session(nets)];
    const target = await talker.talksTo({ channels: nets });
    target.say();
    world.setNet(nets[0], { minTalkPriority: 3 });
    target.say();
    const [command, flight] = target.registered.handles.map(({ route }) => route.handle);
    const routes = world.websocket.deliveries
      .filter(({ sink }) => sink === listener.handle)
      .map(({ routeHandle }) => routeHandle);
    expect(routes).to.deep.equal([command, flight]);
    expect(endsOf(talker)).to.deep.equal([]);
  });

  it('asks the access policy nothing for frames', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    world.session([net]);
    world.setNet(net, { minTalkPriority: 1 });
    const target = await talker.talksTo({ channels: [net] });
    target.say();
    let asked = 0;
    const allows = world.roster.allows.bind(world.roster);
    world.roster.allows = (...question) => {
      asked++;
      return allows(...question);
    };
    for (let i = 0; i < 20; i++) target.say();
    expect(asked).to.equal(0);
  });

  describe('and shouts', () => {
    const operation = async (asked: PriorityClass) => {
      const world = new VoiceWorld();
      const nets = (await world.channels('all', 'all/flight', 'all/ground')) as [
        string,
        string,
        string,
      ];
      const [, flight, ground] = nets;
      const leader = world.session();
      for (const net of nets) {
        world.roster.deny(leader.id, 'EMERGENCY', { channelId: net });
        world.roster.deny(leader.id, 'PRIORITY', { channelId: net });
      }
      const [pilot, soldier] = [world.session([flight]), world.session([ground])];
      const target = await leader.talksTo({ subtree: nets[0] }, { priority: asked });
      return { world, nets, leader, pilot, soldier, target };
    };

    it('leaves out the nets that do not let the talker talk', async () => {
      const { world, nets, leader, pilot, soldier, target } = await operation(1);
      target.say();
      world.setNet(nets[1], { minTalkPriority: 2 });
      target.say();
      expect([pilot.heard, soldier.heard]).to.deep.equal([[101], [101, 102]]);
      expect(codes(leader)).to.deep.equal([]);
    });

    it('counts the right at that very net, and the class asked for', async () => {
      const { world, nets, leader, pilot, soldier, target } = await operation(1);
      world.roster.allow(leader.id, 'PRIORITY', { channelId: nets[2] });
      for (const net of nets) world.setNet(net, { minTalkPriority: 2 });
      target.say();
      expect([pilot.heard, soldier.heard]).to.deep.equal([[], [101]]);
      const background = await operation(0);
      for (const net of background.nets) background.world.setNet(net, { minTalkPriority: 1 });
      background.target.say();
      expect(background.soldier.heard).to.deep.equal([]);
      expect(codes(background.leader)).to.deep.equal(['NET_RESTRICTED']);
    });

    it('is refused, and ended, where no net is left', async () => {
      const { world, nets, leader, soldier, target } = await operation(1);
      target.say();
      for (const net of nets) world.setNet(net, { minTalkPriority: 3 });
      target.say();
      expect(soldier.heard).to.deep.equal([101]);
      expect([endsOf(leader), codes(leader)]).to.deep.equal([['revoked'], ['NET_RESTRICTED']]);
    });

    it('whispers go on, which are no net', async () => {
      const world = new VoiceWorld();
      const [net] = (await world.channels('net')) as [string];
      const [talker, friend] = [world.session([net]), world.session([net])];
      world.setNet(net, { minTalkPriority: 3 });
      (await talker.talksTo({ users: [friend.userId] })).say();
      expect(friend.heard).to.deep.equal([101]);
    });
  });
});
