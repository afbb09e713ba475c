import type { SignalPayload } from '@sidetone/protocol';
import { expect } from 'chai';
import { VoiceWorld, type TestTarget, type VoiceMember } from '../double/voice-world.js';

const endings = (member: VoiceMember): SignalPayload<'transmissionEnding'>[] =>
  member.outlet.signals('transmissionEnding');
const ends = (member: VoiceMember): string[] =>
  member.outlet.signals('transmissionEnded').map(({ reason }) => reason);

describe('the longest transmission of a net', () => {
  let world: VoiceWorld;
  let net: string;
  let listener: VoiceMember;
  let talker: VoiceMember;
  let target: TestTarget;

  beforeEach(async () => {
    world = new VoiceWorld();
    [net] = (await world.channels('net')) as [string];
    listener = world.session([net]);
    talker = world.session([net]);
    target = await talker.talksTo({ channels: [net] });
  });

  /** Talks on, a frame each 20 ms, until so much time has passed. */
  const talk = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 20) {
      world.clock.advance(20);
      target.say();
    }
  };

  it('is warned of exactly 10 s before, and ends it with a timeout', () => {
    world.setNet(net, { maxTransmissionMs: 30_000 });
    target.say();
    const [{ id } = { id: '' }] = talker.outlet.signals('transmissionStarted');
    talk(19_980);
    world.clock.advance(19);
    expect(endings(talker)).to.deep.equal([]);
    world.clock.advance(1);
    const { route } = target.registered.handles[0] ?? {};
    expect(endings(talker)).to.deep.equal([{ id, route, inMs: 10_000 }]);
    expect(endings(listener)).to.deep.equal([]);
    talk(9_980);
    world.clock.advance(19);
    expect(ends(talker)).to.deep.equal([]);
    world.clock.advance(1);
    expect([ends(talker), ends(listener)]).to.deep.equal([['timeout'], ['timeout']]);
    expect(endings(talker)).to.have.length(1);
  });

  it('forwards nothing after its end, until the talker has let go', () => {
    world.setNet(net, { maxTransmissionMs: 1_000 });
    target.say();
    talk(980);
    world.clock.advance(20);
    const before = listener.heard.length;
    talk(5_000);
    expect(listener.heard).to.have.length(before);
    expect(ends(talker)).to.deep.equal(['timeout']);
    target.say({ end: true });
    target.say();
    expect(listener.heard).to.have.length(before + 1);
  });

  it('is one for all targets of a talker', async () => {
    world.setNet(net, { maxTransmissionMs: 1_000 });
    const second = await talker.talksTo({ channels: [net] }, { source: 'radio' });
    const third = await talker.talksTo({ channels: [net] }, { source: 'music' });
    target.say();
    talk(900);
    second.say();
    talk(100);
    expect(ends(talker)).to.deep.equal(['timeout', 'timeout']);
    const before = listener.heard.length;
    for (const other of [second, third]) other.say();
    expect(listener.heard).to.have.length(before);
    world.clock.advance(200);
    third.say();
    expect(listener.heard).to.have.length(before + 1);
  });

  it('lets go by silence, too', () => {
    world.setNet(net, { maxTransmissionMs: 1_000 });
    target.say();
    talk(1_100);
    const before = listener.heard.length;
    world.clock.advance(200);
    target.say();
    expect(listener.heard).to.have.length(before + 1);
  });

  it('is warned of at half of it where it is no longer than 10 s', () => {
    world.setNet(net, { maxTransmissionMs: 10_000 });
    target.say();
    talk(4_980);
    expect(endings(talker)).to.deep.equal([]);
    talk(20);
    expect(endings(talker).map(({ inMs }) => inMs)).to.deep.equal([5_000]);
  });

  it('begins anew with each transmission, and is silent after a release', () => {
    world.setNet(net, { maxTransmissionMs: 4_000 });
    target.say();
    talk(1_900);
    target.say({ end: true });
    world.clock.advance(60_000);
    expect([endings(talker), ends(talker)]).to.deep.equal([[], ['released']]);
    target.say();
    talk(1_900);
    expect(endings(talker)).to.deep.equal([]);
    expect(world.clock.now()).to.be.above(60_000);
  });

  it('that is changed counts from the start of the transmission', () => {
    target.say();
    talk(8_000);
    world.setNet(net, { maxTransmissionMs: 20_000 });
    expect(endings(talker)).to.deep.equal([]);
    talk(2_000);
    expect(endings(talker).map(({ inMs }) => inMs)).to.deep.equal([10_000]);
    world.setNet(net, { maxTransmissionMs: 15_000 });
    expect(endings(talker).map(({ inMs }) => inMs)).to.deep.equal([10_000, 5_000]);
    world.setNet(net, { maxTransmissionMs: 40_000 });
    talk(19_980);
    expect(endings(talker)).to.have.length(2);
    talk(20);
    expect(endings(talker).map(({ inMs }) => inMs)).to.deep.equal([10_000, 5_000, 10_000]);
    expect(ends(talker)).to.deep.equal([]);
    world.setNet(net, { maxTransmissionMs: 30_000 });
    expect(ends(talker)).to.deep.equal(['timeout']);
  });

  it('that is taken away ends nothing', () => {
    world.setNet(net, { maxTransmissionMs: 2_000 });
    target.say();
    talk(1_500);
    world.setNet(net, { maxTransmissionMs: null });
    talk(10_000);
    expect(ends(talker)).to.deep.equal([]);
  });

  it('of one of several nets ends the talk there, and the others go on', async () => {
    const [other] = (await world.channels('other')) as [string];
    const [mate, both] = [world.session([other]), world.session([net, other])];
    talker.join(other);
    target = await talker.talksTo({ channels: [net, other] });
    world.setNet(net, { maxTransmissionMs: 2_000 });
    target.say();
    const [limited, free] = target.registered.handles.map(({ route }) => route);
    talk(1_980);
    world.clock.advance(20);
    expect(endings(talker).map(({ route, inMs }) => [route, inMs])).to.deep.equal([
      [limited, 1_000],
    ]);
    const before = [listener, mate, both].map(({ heard }) => heard.length);
    target.say();
    const after = [listener, mate, both].map(({ heard }) => heard.length);
    expect(after.map((count, i) => count - (before[i] ?? 0))).to.deep.equal([0, 1, 1]);
    expect(ends(talker)).to.deep.equal([]);
    world.clock.advance(100);
    const [news] = talker.outlet.signals('transmissionUpdated').slice(-1);
    expect(news?.routes).to.deep.equal([free]);
    expect(ends(listener)).to.deep.equal(['released']);
  });

  it('leaves no timer behind when the session ends', () => {
    world.setNet(net, { maxTransmissionMs: 30_000 });
    target.say();
    talker.close();
    world.clock.advance(60_000);
    expect(endings(talker)).to.deep.equal([]);
  });
});
