import { expect } from 'chai';
import { dropReasons, type DropReason } from '../../src/audio/voice-counters.js';
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

/** Nothing but the reason named was counted, and nothing was forwarded. */
function expectDropped(world: VoiceWorld, reason: DropReason, count = 1): void {
  const counted = dropReasons.filter((each) => world.dropped(each) > 0);
  expect(counted).to.deep.equal([reason]);
  expect(world.dropped(reason)).to.equal(count);
  expect(world.deliveries).to.equal(0);
}

describe('judgement of frames', () => {
  it('drops bodies that are cut short, at every length', async () => {
    const { world, target } = await createScene();
    const body = target.frame(0);
    for (let length = 0; length < 29; length++) target.send(body.subarray(0, length));
    expectDropped(world, 'malformed', 29);
  });

  it('drops a sender part with reserved bits', async () => {
    const { world, target } = await createScene();
    const body = target.frame(0);
    body[2] = 0x20;
    target.send(body);
    expectDropped(world, 'malformed');
  });

  it('drops a KID that is not written in its shortest form', async () => {
    const { world, target } = await createScene();
    const body = target.frame(0);
    body[10] = 0x80;
    target.send(body);
    expectDropped(world, 'malformed');
  });

  it('drops what comes over a transport that is not of this server', async () => {
    const { world, target } = await createScene();
    target.say({ over: new VoiceWorld().websocket });
    expectDropped(world, 'unknownPath');
  });

  it('drops frames of a session that has ended', async () => {
    const { world, talker, target } = await createScene();
    const body = target.frame(0);
    talker.close();
    target.send(body);
    expectDropped(world, 'unknownSession');
  });

  it('drops frames on a handle that is not registered, or no more', async () => {
    const { world, talker, target } = await createScene();
    const body = target.frame(0);
    body[1] = (body[1] ?? 0) + 1;
    target.send(body);
    expectDropped(world, 'unknownHandle');
    world.plane.unregister(talker.id, target.id);
    target.say();
    expectDropped(world, 'unknownHandle', 2);
  });

  it("drops a frame with another member's sender index: an insider cannot speak as somebody else", async () => {
    const { world, net, listener, target } = await createScene();
    const theirs = await listener.talksTo({ channels: [net] });
    target.say({ senderIndex: theirs.senderIndex(0) });
    expectDropped(world, 'foreignSender');
    theirs.say();
    expect(target.member.heard).to.deep.equal([101]);
  });

  it("drops a frame that names the sender index of one's own other source", async () => {
    const { world, net, talker, target } = await createScene();
    const music = await talker.talksTo({ channels: [net] }, { source: 'music' });
    target.say({ senderIndex: music.senderIndex(0) });
    expectDropped(world, 'foreignSender');
  });

  it('drops a frame of an epoch that is not live', async () => {
    const { world, target } = await createScene();
    target.say({ epoch: 1 });
    expectDropped(world, 'unknownEpoch');
  });

  it('drops a copy on the same path and on the other one', async () => {
    const { world, target, listener } = await createScene();
    const body = target.frame(0);
    target.send(body);
    target.send(body);
    target.send(body, world.udp);
    expect(world.dropped('replayed')).to.equal(2);
    expect(listener.heard).to.have.length(1);
  });

  it('drops a copy that names another handle of the same route', async () => {
    const { world, net, talker, target, listener } = await createScene();
    const second = await talker.talksTo({ channels: [net] });
    const body = target.frame(0);
    target.send(body);
    const handle = second.registered.handles[0]?.handle ?? 0;
    const copy = Uint8Array.from(body);
    copy.set([handle >> 8, handle & 0xff]);
    target.send(copy);
    expect(world.dropped('replayed')).to.equal(1);
    expect(listener.heard).to.have.length(1);
  });

  it('takes frames that come out of order within the window, and none far behind', async () => {
    const { world, target } = await createScene();
    target.say({ counter: 1_024 });
    target.say({ counter: 1 });
    target.say({ counter: 0 });
    expect(world.websocket.deliveries).to.have.length(2);
    expect(world.dropped('replayed')).to.equal(1);
  });

  it('drops what a muted talker sends, and tells it once for each talkspurt', async () => {
    const { world, net, talker, target } = await createScene();
    talker.setMembership(net, { muted: true });
    for (let i = 0; i < 4; i++) target.say();
    expect([world.dropped('notAllowed'), world.dropped('untilRelease')]).to.deep.equal([1, 3]);
    expect(world.deliveries).to.equal(0);
    const { handle, route } = target.registered.handles[0] ?? {};
    expect(talker.outlet.signals('transmissionRefused')).to.deep.equal([
      { handle, route, code: 'NOT_ALLOWED_TO_SPEAK' },
    ]);
  });

  it('drops frames with the end flag from a muted talker too', async () => {
    const { world, talker, target } = await createScene();
    talker.setState({ muted: true });
    target.say({ end: true });
    expectDropped(world, 'notAllowed');
  });

  it('goes on with the other listeners when a transport fails', async () => {
    const { world, talker, listener, target, net } = await createScene();
    const onUdp = world.session([net]);
    world.plane.pathReady(onUdp, world.udp);
    world.udp.failing = true;
    target.say();
    expect(listener.heard).to.deep.equal([101]);
    expect(world.dropped('transportFailed')).to.equal(1);
    expect(talker.heard).to.deep.equal([]);
  });
});

describe('budget of frames', () => {
  it('takes 110 frames in a burst and then 110 a second, for each handle and path', async () => {
    const { world, target } = await createScene();
    for (let i = 0; i < 120; i++) target.say({ opusBytes: 20 });
    expect(world.dropped('overBudget')).to.equal(10);
    for (let i = 0; i < 110; i++) target.say({ opusBytes: 20, over: world.udp });
    expect(world.dropped('overBudget')).to.equal(10);
    world.clock.advance(500);
    for (let i = 0; i < 60; i++) target.say({ opusBytes: 20 });
    expect(world.dropped('overBudget')).to.equal(15);
  });

  it('takes 256 kbit/s, whatever number of frames they are', async () => {
    const { world, target } = await createScene();
    const bytes = target.frame(0, { opusBytes: 1_000 }).length;
    const affordable = Math.floor(256_000 / (bytes * 8));
    for (let i = 0; i < 100; i++) target.say({ opusBytes: 1_000 });
    expect(world.dropped('overBudget')).to.equal(100 - affordable);
  });

  it('spends nothing of the replay window on a frame that is over the budget', async () => {
    const { world, target, listener } = await createScene();
    for (let i = 0; i < 110; i++) target.say({ opusBytes: 20 });
    const late = target.frame(0);
    target.send(late);
    world.clock.advance(100);
    target.send(late);
    expect(listener.heard).to.have.length(111);
  });

  it('lets eight handles talk at once, and no ninth', async () => {
    const { world, net, talker } = await createScene();
    const targets: TestTarget[] = [];
    for (let i = 0; i < 9; i++) targets.push(await talker.talksTo({ channels: [net] }));
    targets.forEach((target, i) => target.say({ counter: i }));
    expect(world.dropped('overBudget')).to.equal(1);
    targets[0]?.say({ counter: 9, end: true });
    targets[8]?.say({ counter: 10 });
    expect(world.dropped('overBudget')).to.equal(1);
  });

  it('bounds all handles of a session together to eight times one', async () => {
    const { world, net, talker } = await createScene();
    const targets: TestTarget[] = [];
    for (let i = 0; i < 10; i++) targets.push(await talker.talksTo({ channels: [net] }));
    let counter = 0;
    for (const target of targets) {
      for (let i = 0; i < 100; i++) target.say({ counter: counter++, opusBytes: 20, end: true });
    }
    expect(world.dropped('overBudget')).to.equal(1_000 - 880);
  });
});
