import { expect } from 'chai';
import { VoiceWorld, type TestTarget, type VoiceMember } from '../double/voice-world.js';

interface Scene {
  readonly world: VoiceWorld;
  readonly net: string;
  readonly talker: VoiceMember;
  readonly listener: VoiceMember;
  readonly target: TestTarget;
}

async function createScene(): Promise<Scene> {
  const world = new VoiceWorld();
  const [net] = (await world.channels('net')) as [string];
  const talker = world.session([net]);
  const listener = world.session([net]);
  const target = await talker.talksTo({ channels: [net] });
  return { world, net, talker, listener, target };
}

const reasons = (member: VoiceMember): string[] =>
  member.outlet.signals('transmissionEnded').map(({ reason }) => reason);

describe('transmissions', () => {
  for (const start of [true, false]) {
    it(`start at the first frame, with${start ? '' : 'out'} the start flag, and end at the end flag`, async () => {
      const { world, talker, listener, target } = await createScene();
      target.say({ start });
      target.say();
      target.say({ end: true });
      const { source, handles } = target.registered;
      const routes = handles.map(({ route }) => route);
      for (const { outlet } of [talker, listener]) {
        const [started] = outlet.signals('transmissionStarted');
        expect(started).to.deep.include({ source, routes, priority: 1, firstSeq: 101 });
        expect(outlet.signals('transmissionEnded')).to.deep.equal([
          { id: started?.id, reason: 'released' },
        ]);
      }
      const told = world.facts.filter(({ name }) => name.startsWith('transmission'));
      expect(told.map(({ name }) => name)).to.deep.equal([
        'transmissionStarted',
        'transmissionEnded',
      ]);
      expect(told[1]?.fact).to.include({ frames: 3, reason: 'released', sessionId: talker.id });
    });
  }

  it('end 1 s after the last frame when the end flag was lost', async () => {
    const { world, listener, target } = await createScene();
    target.say();
    world.clock.advance(900);
    expect(reasons(listener)).to.deep.equal([]);
    world.clock.advance(200);
    expect(reasons(listener)).to.deep.equal(['released']);
  });

  it('end as disconnected when the session is cut off or closed', async () => {
    const { world, talker, listener, target } = await createScene();
    target.say();
    const session = world.roster.session(talker.id);
    if (session !== undefined) session.status = 'detached';
    world.clock.advance(1_100);
    target.say();
    talker.close();
    expect(reasons(listener)).to.deep.equal(['disconnected', 'disconnected']);
  });

  it('are repeated every 2 s to who sees and does not hear, and to the talker; to who hears every 10 s', async () => {
    const { world, talker, listener, target } = await createScene();
    const idle = world.clock.pending;
    const updates = ({ outlet }: typeof listener): number =>
      outlet.signals('transmissionUpdated').length;
    const talk = (seconds: number): void => {
      for (let i = 0; i < 2 * seconds; i++) {
        target.say();
        world.clock.advance(500);
      }
    };
    talk(5);
    expect([updates(talker), updates(listener)]).to.deep.equal([2, 0]);
    talk(6);
    expect([updates(talker), updates(listener)]).to.deep.equal([5, 1]);
    const session = world.roster.session(listener.id);
    if (session !== undefined) session.deafened = true;
    world.plane.changed({ sessionId: listener.id });
    talk(4);
    expect([updates(talker), updates(listener)]).to.deep.equal([7, 3]);
    target.say({ end: true });
    world.clock.advance(200);
    expect(world.clock.pending).to.equal(idle);
  });

  it('are one over all channels of the target, of which each member sees its own', async () => {
    const world = new VoiceWorld();
    const [command, flight] = (await world.channels('command', 'flight')) as [string, string];
    const talker = world.session([command, flight]);
    const one = world.session([flight]);
    const both = world.session([command, flight]);
    const target = await talker.talksTo({ channels: [command, flight] });
    target.say();
    world.clock.advance(100);
    const ids = new Set<string>();
    const channelsSeenBy = ({ outlet }: VoiceMember): unknown[] => {
      const last = [
        ...outlet.signals('transmissionStarted'),
        ...outlet.signals('transmissionUpdated'),
      ].at(-1);
      ids.add(last?.id ?? '');
      return last?.routes.map(({ channel }) => channel) ?? [];
    };
    expect(channelsSeenBy(one)).to.deep.equal([flight]);
    expect(channelsSeenBy(both)).to.deep.equal([command, flight]);
    expect(channelsSeenBy(talker)).to.deep.equal([command, flight]);
    expect(ids.size).to.equal(1);
    expect(world.plane.transmissions(one.id)[0]?.routes).to.have.length(1);
    target.say({ end: true });
    expect([reasons(one), reasons(both), reasons(talker)]).to.deep.equal([
      ['released'],
      ['released'],
      ['released'],
    ]);
  });

  it('are told to members who do not listen, not to strangers, of a whisper to its target alone', async () => {
    const { world, net, talker, target, listener } = await createScene();
    const away = world.session();
    away.join(net, { listening: false });
    const stranger = world.session();
    target.say();
    expect(away.outlet.signals('transmissionStarted')).to.have.length(1);
    expect(stranger.outlet.signals('transmissionStarted')).to.deep.equal([]);
    const whisper = await talker.talksTo({ users: [stranger.userId] });
    whisper.say();
    expect(stranger.outlet.signals('transmissionStarted')).to.have.length(1);
    expect(listener.outlet.signals('transmissionStarted')).to.have.length(1);
    expect(world.plane.transmissions(stranger.id)).to.have.length(1);
    expect(world.plane.transmissions(talker.id)).to.have.length(2);
  });

  it('are shown at once to who joins, and are over for who leaves', async () => {
    const { world, net, target } = await createScene();
    target.say();
    const joiner = world.session([net]);
    expect(joiner.outlet.signals('transmissionStarted')).to.have.length(1);
    joiner.leave(net);
    world.clock.advance(100);
    expect(reasons(joiner)).to.deep.equal(['released']);
  });

  const forced: readonly [string, string, (scene: Scene) => void][] = [
    ['a mute of its own', 'muted', ({ talker }) => talker.setState({ muted: true })],
    ['a mute on the net', 'muted', ({ talker, net }) => talker.setMembership(net, { muted: true })],
    [
      'a moderator',
      'muted',
      ({ talker, net }) => talker.setMembership(net, { mutedByModerator: true }),
    ],
    [
      'the lost right to speak',
      'revoked',
      ({ world, talker, net }) => {
        world.roster.deny(talker.id, 'SPEAK', { channelId: net });
        world.plane.changed({});
      },
    ],
    ['its leave', 'revoked', ({ talker, net }) => talker.leave(net)],
    ['the end of the channel', 'revoked', ({ world, net }) => world.plane.closeChannel(net)],
    [
      'the end of its target',
      'targetChanged',
      ({ world, talker, target }) => world.plane.unregister(talker.id, target.id),
    ],
  ];
  for (const [name, reason, force] of forced) {
    it(`are ended by ${name} as "${reason}", and nothing more is forwarded`, async () => {
      const scene = await createScene();
      scene.target.say();
      force(scene);
      scene.target.say();
      expect(reasons(scene.talker)).to.deep.equal([reason]);
      expect(scene.listener.heard).to.deep.equal([101]);
    });
  }

  it('begin again after a forced end only when the talker has released', async () => {
    const { world, net, talker, listener, target } = await createScene();
    target.say();
    talker.setMembership(net, { muted: true });
    talker.setMembership(net, { muted: false });
    target.say();
    expect(listener.heard).to.deep.equal([101]);
    target.say({ end: true });
    target.say();
    expect(listener.heard).to.deep.equal([101, 104]);
    talker.setMembership(net, { muted: true });
    talker.setMembership(net, { muted: false });
    world.clock.advance(199);
    target.say();
    world.clock.advance(200);
    target.say();
    expect(listener.heard).to.deep.equal([101, 104, 106]);
  });

  it('do not begin at an end flag, which is forwarded with its two repetitions and no more', async () => {
    const { world, listener, target } = await createScene();
    target.say();
    for (let i = 0; i < 5; i++) target.say({ end: true });
    expect(listener.outlet.signals('transmissionStarted')).to.have.length(1);
    expect(listener.heard).to.deep.equal([101, 102, 103, 104]);
    expect(world.dropped('repeatedEnd')).to.equal(2);
  });

  it('are the only way to be heard, whatever flags the frames have and how long the talker waits', async () => {
    const { world, net, talker, listener, target } = await createScene();
    const other = await talker.talksTo({ channels: [net] });
    for (let i = 0; i < 5; i++) {
      for (const each of [target, other]) each.say({ counter: i, end: true });
      world.clock.advance(200);
    }
    expect(listener.heard).to.deep.equal([]);
    target.say({ counter: 5, start: true, end: true });
    expect(listener.outlet.signals('transmissionStarted')).to.have.length(1);
    expect(listener.outlet.signals('transmissionEnded')).to.have.length(1);
    expect(listener.heard).to.have.length(1);
  });

  it('begin at most five times a second in the long run, because everybody is told of each', async () => {
    const { world, listener, target } = await createScene();
    const started = (): number => listener.outlet.signals('transmissionStarted').length;
    for (let i = 0; i < 30; i++) target.say({ end: i % 2 === 1 });
    for (let i = 0; i < 30; i++) target.say({ end: i % 2 === 1 });
    expect(started()).to.equal(20);
    expect(world.dropped('overBudget')).to.equal(10);
    world.clock.advance(200);
    target.say();
    expect(started()).to.equal(21);
  });

  it('carry the priority that the membership allows, not the one that was asked', async () => {
    const { world, net, talker, listener } = await createScene();
    const target = await talker.talksTo({ channels: [net] }, { priority: 3 });
    target.say({ counter: 0 });
    expect(listener.outlet.signals('transmissionStarted')[0]?.priority).to.equal(1);
    target.say({ counter: 1, end: true });
    talker.setMembership(net, { maxPriority: 2 });
    target.say({ counter: 2 });
    expect(listener.outlet.signals('transmissionStarted')[1]?.priority).to.equal(2);
    expect(world.websocket.deliveries.map(({ priority }) => priority)).to.deep.equal([1, 1, 2]);
  });
});
