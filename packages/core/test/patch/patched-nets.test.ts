import { expect } from 'chai';
import { endsOf, refusalsOf } from '../double/own-talk.js';
import { VoiceWorld, type VoiceMember } from '../double/voice-world.js';

describe('Patched nets', () => {
  let world: VoiceWorld;
  let flight: string;
  let ground: string;
  let other: string;

  beforeEach(async () => {
    world = new VoiceWorld();
    [flight, ground, other] = (await world.channels('flight', 'ground', 'other')) as [
      string,
      string,
      string,
    ];
  });

  const routesTo = ({ handle }: VoiceMember): number[] =>
    world.websocket.deliveries
      .filter(({ sink }) => sink === handle)
      .map(({ routeHandle }) => routeHandle);

  it('carry the talkers of each to the listeners of all, in the turn in which they are joined', async () => {
    const [pilot, soldier, stranger] = [
      world.session([flight]),
      world.session([ground]),
      world.session([other]),
    ];
    const target = await pilot.talksTo({ channels: [flight] });
    target.say();
    const end = world.patch(flight, ground);
    target.say();
    target.say();
    end();
    target.say();
    expect(soldier.heard).to.deep.equal([102, 103]);
    expect(stranger.heard).to.deep.equal([]);
    expect(endsOf(pilot)).to.deep.equal([]);
  });

  it('send one copy to who is in several of them', async () => {
    const both = world.session([flight, ground]);
    const pilot = world.session([flight, ground]);
    world.patch(flight, ground);
    (await pilot.talksTo({ channels: [flight, ground] })).say();
    (await pilot.talksTo({ channels: [flight] }, { source: 'music' })).say();
    expect(both.heard).to.have.length(2);
  });

  it('use the route of the selected net where the target names both', async () => {
    const both = world.session([flight, ground]);
    both.setMembership(ground, { selected: true });
    const pilot = world.session([flight, ground]);
    world.patch(flight, ground);
    const target = await pilot.talksTo({ channels: [flight, ground] });
    target.say();
    expect(routesTo(both)).to.deep.equal([target.registered.handles[1]?.route.handle]);
  });

  it('obey the listener: not listening, deafened, and without the right to listen', async () => {
    const pilot = world.session([flight]);
    const [mute, deaf, barred] = [world.session(), world.session(), world.session()];
    mute.join(ground, { listening: false });
    deaf.join(ground, { deafened: true });
    world.roster.deny(barred.id, 'LISTEN', { channelId: ground });
    barred.join(ground);
    world.patch(flight, ground);
    const target = await pilot.talksTo({ channels: [flight] });
    target.say();
    for (const { heard } of [mute, deaf, barred]) expect(heard).to.deep.equal([]);
    mute.setMembership(ground, { listening: true });
    target.say();
    expect(mute.heard).to.deep.equal([102]);
  });

  it('follow joins and leaves while somebody talks', async () => {
    const [pilot, soldier] = [world.session([flight]), world.session()];
    world.patch(flight, ground);
    const target = await pilot.talksTo({ channels: [flight] });
    target.say();
    soldier.join(ground);
    target.say();
    soldier.join(flight);
    target.say();
    soldier.leave(ground);
    target.say();
    soldier.leave(flight);
    target.say();
    expect(soldier.heard).to.deep.equal([102, 103, 104]);
  });

  it('share one floor: who talks on one holds it on all', async () => {
    world.setNet(ground, { floorMode: 'lockout' });
    const [pilot, soldier] = [world.session([flight]), world.session([ground])];
    world.patch(flight, ground);
    const air = await pilot.talksTo({ channels: [flight] });
    const land = await soldier.talksTo({ channels: [ground] });
    air.say();
    land.say();
    expect(pilot.heard).to.deep.equal([]);
    expect(refusalsOf(soldier)).to.deep.equal([['NET_BUSY', pilot.id]]);
    air.say({ end: true });
    land.say({ end: true });
    land.say();
    expect(pilot.heard).to.have.length(1);
  });

  it('leave the floor to the earliest where their floors become one', async () => {
    world.setNet(flight, { floorMode: 'lockout' });
    const [pilot, soldier] = [world.session([flight]), world.session([ground])];
    const air = await pilot.talksTo({ channels: [flight] });
    const land = await soldier.talksTo({ channels: [ground] });
    land.say();
    air.say();
    world.patch(flight, ground);
    expect(endsOf(pilot)).to.deep.equal(['preempted']);
    expect(refusalsOf(pilot)).to.deep.equal([['NET_BUSY', soldier.id]]);
    expect(endsOf(soldier)).to.deep.equal([]);
  });

  it('take the floor by priority over the nets', async () => {
    for (const net of [flight, ground]) world.setNet(net, { floorMode: 'priority' });
    const [pilot, chief] = [world.session([flight]), world.session()];
    chief.join(ground, { maxPriority: 2 });
    world.patch(flight, ground);
    (await pilot.talksTo({ channels: [flight] })).say();
    (await chief.talksTo({ channels: [ground] }, { priority: 2 })).say();
    expect(endsOf(pilot)).to.deep.equal(['preempted']);
    expect(pilot.heard).to.have.length(1);
  });

  it('have the highest stance and the shortest limit of all, for as long as they are joined', async () => {
    world.setNet(ground, { minTalkPriority: 2, maxTransmissionMs: 5_000 });
    const [pilot, chief] = [world.session([flight]), world.session()];
    chief.join(flight, { maxPriority: 2 });
    const low = await pilot.talksTo({ channels: [flight] });
    const high = await chief.talksTo({ channels: [flight] });
    low.say();
    high.say();
    const end = world.patch(flight, ground);
    expect([endsOf(pilot), endsOf(chief)]).to.deep.equal([['revoked'], []]);
    expect(refusalsOf(pilot)).to.deep.equal([['NET_RESTRICTED', undefined]]);
    for (let passed = 0; passed < 5_000; passed += 500) {
      world.clock.advance(500);
      high.say();
    }
    expect(endsOf(chief)).to.deep.equal(['timeout']);
    expect(chief.outlet.signals('transmissionEnding')).to.have.length(1);
    end();
    low.say({ end: true });
    low.say();
    expect(endsOf(pilot)).to.deep.equal(['revoked']);
    expect(refusalsOf(pilot)).to.have.length(1);
  });

  it('follow a change of one of them', async () => {
    const pilot = world.session([flight]);
    world.patch(flight, ground);
    const target = await pilot.talksTo({ channels: [flight] });
    target.say();
    world.setNet(ground, { minTalkPriority: 3 });
    expect(endsOf(pilot)).to.deep.equal(['revoked']);
  });

  it('carry on with those that are left when one is deleted', async () => {
    const [pilot, soldier, third] = [
      world.session([flight]),
      world.session([ground]),
      world.session([other]),
    ];
    const end = world.patch(flight, ground, other);
    const target = await pilot.talksTo({ channels: [flight] });
    target.say();
    end();
    world.patch(flight, ground);
    world.plane.closeChannel(other);
    target.say();
    expect([soldier.heard, third.heard]).to.deep.equal([[101, 102], [101]]);
  });

  it('bring no shout and no whisper over, which are no talk on a net', async () => {
    const [leader, pilot, soldier] = [
      world.session(),
      world.session([flight]),
      world.session([ground]),
    ];
    world.patch(flight, ground);
    (await leader.talksTo({ subtree: flight })).say();
    (await leader.talksTo({ users: [pilot.userId] })).say();
    expect([pilot.heard.length, soldier.heard.length]).to.deep.equal([2, 0]);
  });

  describe('and what is told of a transmission', () => {
    it('reaches the members of all nets, and names the patch', async () => {
      const [pilot, soldier] = [world.session([flight]), world.session([ground])];
      world.patch(flight, ground);
      const [patch] = [...world.roster.patches];
      const target = await pilot.talksTo({ channels: [flight] });
      target.say();
      const [seen] = soldier.outlet.signals('transmissionStarted');
      const [route] = target.registered.handles.map((entry) => entry.route);
      expect(seen).to.deep.include({ routes: [route], patches: [patch?.id] });
      expect(world.plane.transmissions(soldier.id)).to.have.length(1);
      target.say({ end: true });
      expect(soldier.outlet.signals('transmissionEnded')).to.have.length(1);
    });

    it('comes at once to who hears one under way when the patch is made, and ends with it', async () => {
      const [pilot, soldier] = [world.session([flight]), world.session([ground])];
      const target = await pilot.talksTo({ channels: [flight] });
      target.say();
      const end = world.patch(flight, ground);
      expect(soldier.outlet.signals('transmissionStarted')).to.have.length(1);
      expect(pilot.outlet.signals('transmissionUpdated')).to.have.length(1);
      end();
      expect(soldier.outlet.signals('transmissionEnded')).to.have.length(1);
      expect(endsOf(pilot)).to.deep.equal([]);
      expect(pilot.outlet.signals('transmissionUpdated').at(-1)).to.not.have.property('patches');
    });

    it('does not name a net that the listener may not see, nor do its keys', async () => {
      const [pilot, soldier] = [world.session([flight]), world.session([ground])];
      world.roster.deny(soldier.id, 'VIEW', { channelId: flight });
      world.patch(flight, ground);
      await world.clock.settle();
      (await pilot.talksTo({ channels: [flight] })).say();
      expect(JSON.stringify(soldier.outlet.entries)).to.not.include(flight);
      const [seen] = soldier.outlet.signals('transmissionStarted');
      expect(seen?.routes[0]).to.have.all.keys('id', 'handle', 'kind');
      expect(soldier.outlet.installed).to.have.length(1);
      expect(soldier.outlet.announced).to.have.length(1);
      expect(soldier.heard).to.deep.equal([101]);
    });
  });
});
