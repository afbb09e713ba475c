import { expect } from 'chai';
import {
  buildKid,
  createNodeCipher,
  decodeBase64,
  uuidBytes,
  type RouteKeys,
} from '@sidetone/protocol';
import type { KeyService } from '../../src/contracts/key-service.js';
import { ServerKeyService } from '../../src/key/server-key-service.js';
import { VoiceWorld, type VoiceMember } from '../double/voice-world.js';

const secretOf = (keys: RouteKeys | undefined): string | undefined => keys?.secret;
const epochsOf = (keys: readonly RouteKeys[]): [number, boolean][] =>
  keys.map(({ epoch, active }) => [epoch, active]);

async function expectNoKeys(
  world: VoiceWorld,
  member: VoiceMember,
  channel: string,
): Promise<void> {
  let code = '';
  try {
    await member.keys(channel);
  } catch (error) {
    code = (error as { code: string }).code;
  }
  expect(code).to.equal('NOT_FOUND');
  expect(await world.plane.keys(member.id)).to.deep.equal([]);
}

describe('keys of a route', () => {
  it('give a member who may listen the secret, and a stranger nothing', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const member = world.session([net]);
    const stranger = world.session();
    const [keys] = await member.keys(net);
    expect(keys).to.include({ scheme: 'server', epoch: 0, active: true });
    expect(decodeBase64(secretOf(keys) ?? '', 32)).to.have.length(32);
    await expectNoKeys(world, stranger, net);
  });

  it('name at a rotation the sources of their holder alone, who has learnt all others', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const members = [world.session([net]), world.session([net]), world.session([net])];
    const indices = members.map((_, index) => index);
    const listener = world.session([net]);
    for (const member of members) await member.talksTo({ channels: [net] });
    for (const { outlet } of members) outlet.entries.length = 0;
    world.session([net]).leave(net);
    await world.clock.advanceAsync(200);
    const named = ({ outlet }: VoiceMember): number[][] =>
      outlet.installed.map(({ senders }) => senders.map(([index]) => index));
    expect(members.map(named)).to.deep.equal(indices.map((index) => [[index]]));
    expect(named(listener)).to.deep.equal([[]]);
    const [keys] = await world.session([net]).keys(net);
    expect(keys?.senders.map(([index]) => index)).to.deep.equal(indices);
  });

  it('cost no more at a rotation, however many have talked', async () => {
    const rotationBytes = async (talkers: number): Promise<number> => {
      const world = new VoiceWorld();
      const [net] = (await world.channels('net')) as [string];
      const listener = world.session([net]);
      const members = Array.from({ length: talkers }, () => world.session([net]));
      for (const member of members) await member.talksTo({ channels: [net] });
      for (const { outlet } of members) outlet.entries.length = 0;
      world.session([net]).leave(net);
      await world.clock.advanceAsync(200);
      const sizes = [listener, ...members].map(({ outlet }) =>
        outlet.installed.reduce((sum, keys) => sum + JSON.stringify(keys).length, 0),
      );
      return Math.max(...sizes);
    };
    const [few, many] = [await rotationBytes(2), await rotationBytes(60)];
    // An index or a handle of two digits is one byte longer.
    expect(many - few).to.be.within(0, 4);
    expect(few).to.be.above(100);
  });

  it('bring all senders to a listener who comes during a rotation, or gains the right then', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const [talker, slow] = [world.session([net]), world.session([net])];
    const gainer = world.session();
    world.roster.deny(gainer.id, 'LISTEN', { channelId: net });
    gainer.join(net);
    await talker.talksTo({ channels: [net] });
    slow.outlet.acknowledges = 'held';
    world.session([net]).leave(net);
    await world.clock.advanceAsync(250);
    world.roster.allow(gainer.id, 'LISTEN', { channelId: net });
    world.plane.changed({});
    const joined = await world.session([net]).keys(net);
    for (const keys of [gainer.outlet.installed, joined]) {
      expect(keys.map(({ senders }) => senders.length)).to.deep.equal([1, 1]);
    }
  });

  it('are those of the last registration alone, however often a source registers', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const [talker, listener] = [world.session([net]), world.session([net])];
    for (let i = 0; i < 50; i++) {
      const target = await talker.talksTo({ channels: [net] });
      if (i < 49) world.plane.unregister(talker.id, target.id);
    }
    const [keys] = await listener.keys(net);
    expect(keys?.senders.map(([index]) => index)).to.deep.equal([49]);
  });

  it('give a member who may only speak its own sender key, which is the one of the secret', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const listener = world.session([net]);
    const speaker = world.session();
    world.roster.deny(speaker.id, 'LISTEN', { channelId: net });
    speaker.join(net);
    expect(await speaker.keys(net)).to.deep.equal([]);
    await listener.talksTo({ channels: [net] });
    const { registered } = await speaker.talksTo({ channels: [net] });
    const [keys] = speaker.outlet.installed;
    expect(keys).to.not.have.property('secret');
    expect(keys?.senders).to.deep.equal([[1, registered.source]]);
    const [secret] = await listener.keys(net);
    const derived = createNodeCipher().deriveSenderBaseKey(
      decodeBase64(secretOf(secret) ?? '', 32) ?? new Uint8Array(),
      uuidBytes(registered.handles[0]?.route.id ?? ''),
      0,
      1,
    );
    const [[index, sendKey] = [-1, '']] = keys?.sendKey ?? [];
    expect(index).to.equal(1);
    expect(decodeBase64(sendKey, 32)).to.deep.equal(derived);
    expect(speaker.outlet.announced).to.deep.equal([]);
  });

  it('give the talker of a whisper its sender key alone, and the whispered the secret', async () => {
    const world = new VoiceWorld();
    const talker = world.session();
    const friend = world.session();
    await talker.talksTo({ users: [friend.userId] });
    expect(talker.outlet.installed[0]).to.not.have.property('secret');
    expect(talker.outlet.installed[0]?.sendKey).to.have.length(1);
    expect(friend.outlet.installed[0]).to.have.property('secret');
    expect(friend.outlet.installed[0]).to.not.have.property('sendKey');
  });

  it('give the talker of a shout the secret where it listens in the subtree itself', async () => {
    const world = new VoiceWorld();
    const [root, below] = (await world.channels('root', 'root/below')) as [string, string];
    const outside = world.session();
    const inside = world.session([below]);
    await outside.talksTo({ subtree: root });
    await inside.talksTo({ subtree: root });
    expect(outside.outlet.installed[0]).to.not.have.property('secret');
    expect(inside.outlet.installed.every((keys) => keys.secret !== undefined)).to.equal(true);
  });

  it('do not follow the listening and deafened flags', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const member = world.session([net]);
    member.setMembership(net, { listening: false, deafened: true });
    member.setState({ deafened: true });
    await world.clock.advanceAsync(2_000);
    expect(epochsOf(await member.keys(net))).to.deep.equal([[0, true]]);
  });

  it('stay the same for who joins', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const first = world.session([net]);
    const before = await first.keys(net);
    const second = world.session([net]);
    await world.clock.advanceAsync(2_000);
    expect(await second.keys(net)).to.deep.equal(before);
    expect(first.outlet.installed).to.deep.equal([]);
  });

  it('are installed with all who are left, then activated, after a leave', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const stays = world.session([net]);
    const leaves = world.session([net]);
    const old = secretOf((await leaves.keys(net))[0]);
    leaves.leave(net);
    await world.clock.advanceAsync(200);
    expect(stays.outlet.entries.map(({ kind }) => kind)).to.deep.equal(['install', 'activate']);
    const [installed] = stays.outlet.installed;
    expect(installed).to.include({ epoch: 1, active: false });
    expect(secretOf(installed)).to.not.equal(old);
    expect(stays.outlet.activated).to.deep.equal([{ route: installed?.route.id, epoch: 1 }]);
    expect(leaves.outlet.entries).to.deep.equal([]);
    expect(world.facts.map(({ name }) => name)).to.deep.equal(['keyRotated']);
  });

  it('are given in both epochs to who joins while one is being installed', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const slow = world.session([net]);
    slow.outlet.acknowledges = 'held';
    world.session([net]).leave(net);
    await world.clock.advanceAsync(250);
    const joiner = world.session([net]);
    expect(epochsOf(await joiner.keys(net))).to.deep.equal([
      [0, true],
      [1, false],
    ]);
    slow.outlet.acknowledge();
    await world.clock.settle();
    expect(joiner.outlet.activated).to.have.length(1);
    expect(epochsOf(await joiner.keys(net))).to.deep.equal([[1, true]]);
  });

  it('rotate when the right to listen is lost, and leave the member its sender keys', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const other = world.session([net]);
    const target = await talker.talksTo({ channels: [net] });
    world.roster.deny(talker.id, 'LISTEN', { channelId: net });
    world.plane.changed({ sessionId: talker.id });
    await world.clock.advanceAsync(200);
    const last = talker.outlet.installed.at(-1);
    expect(last).to.include({ epoch: 1, active: false }).and.not.have.property('secret');
    target.say();
    expect(other.heard).to.deep.equal([101]);
  });

  it('reach a member at once who gains the right to listen', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const member = world.session();
    world.roster.deny(member.id, 'LISTEN', { channelId: net });
    member.join(net);
    world.roster.allow(member.id, 'LISTEN', { channelId: net });
    world.plane.changed({});
    expect(member.outlet.installed).to.have.length(1);
    expect(member.outlet.installed[0]).to.include({ active: true }).and.have.property('secret');
  });

  it('rotate when a whispered session ends, and end with the target', async () => {
    const world = new VoiceWorld();
    const talker = world.session();
    const friend = world.session();
    const phone = world.session([], friend.userId);
    const target = await talker.talksTo({ users: [friend.userId] });
    phone.close();
    await world.clock.advanceAsync(200);
    expect(friend.outlet.activated).to.have.length(1);
    expect(target.epoch(0)).to.equal(1);
    world.plane.unregister(talker.id, target.id);
    expect(await world.plane.keys(friend.id)).to.deep.equal([]);
  });

  it('open nothing any more, once rotated, for who has left', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const leaver = world.session([net]);
    const target = await talker.talksTo({ channels: [net] });
    const route = target.registered.handles[0]?.route;
    const old = decodeBase64(secretOf((await leaver.keys(net))[0]) ?? '', 32);
    leaver.leave(net);
    await world.clock.advanceAsync(600);
    const now = decodeBase64(secretOf(talker.outlet.installed.at(-1)) ?? '', 32);
    const cipher = createNodeCipher();
    const kid = buildKid(0, target.epoch(0));
    const routeId = uuidBytes(route?.id ?? '');
    const metadata = new Uint8Array(8);
    const baseKey = cipher.deriveSenderBaseKey(now ?? new Uint8Array(), routeId, 1, 0);
    const sealed = cipher.sealer(baseKey, kid).seal(0, metadata, new Uint8Array([0, 0, 1]));
    for (const epoch of [0, 1]) {
      const stale = cipher.deriveSenderBaseKey(old ?? new Uint8Array(), routeId, epoch, 0);
      expect(cipher.opener(stale, kid).open(sealed, metadata)).to.equal(null);
    }
    expect(cipher.opener(baseKey, kid).open(sealed, metadata)).to.have.length(3);
  });

  it('lose no frame over 100 rotations during speech', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const listener = world.session([net]);
    listener.outlet.acknowledges = 'held';
    const target = await talker.talksTo({ channels: [net] });
    let frames = 0;
    while (target.epoch(0) < 100) {
      if (frames % 10 === 0) world.session([net]).leave(net);
      target.say();
      frames++;
      await world.clock.advanceAsync(20);
      if (frames % 7 === 0) listener.outlet.acknowledge();
    }
    expect(listener.heard).to.deep.equal(Array.from({ length: frames }, (_, i) => 101 + i));
    expect(world.metrics.snapshot()['voice.received']).to.equal(frames);
  });

  it('take frames of the previous epoch for 1 s after the next became active, and then no more', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const listener = world.session([net]);
    const target = await talker.talksTo({ channels: [net] });
    world.session([net]).leave(net);
    await world.clock.advanceAsync(200);
    await world.clock.advanceAsync(999);
    target.say({ epoch: 0 });
    await world.clock.advanceAsync(1);
    target.say({ epoch: 0 });
    target.say({ epoch: 1 });
    expect(listener.heard).to.deep.equal([101, 103]);
    expect(world.dropped('unknownEpoch')).to.equal(1);
  });

  it('give a sender a new index after it left and came back, so that no counter is used twice', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const before = (await talker.talksTo({ channels: [net] })).senderIndex(0);
    talker.leave(net);
    talker.join(net);
    const after = (await talker.talksTo({ channels: [net] })).senderIndex(0);
    expect(after).to.not.equal(before);
  });
});

/** Fails as often as it is told to, then works. */
class UnsteadyKeyService extends ServerKeyService {
  failing = true;
  override current(routeId: string): ReturnType<KeyService['current']> {
    return this.failing ? Promise.reject(new Error('no key server')) : super.current(routeId);
  }
  override rotate(routeId: string): ReturnType<KeyService['rotate']> {
    return this.failing ? Promise.reject(new Error('no key server')) : super.rotate(routeId);
  }
}

describe('a key service that fails', () => {
  it('delays the first key, which then goes to all who had to do without', async () => {
    const keyService = new UnsteadyKeyService();
    const world = new VoiceWorld({ keyService });
    const [net] = (await world.channels('net')) as [string];
    const member = world.session([net]);
    expect(await member.keys(net)).to.deep.equal([]);
    const refusal = await member.talksTo({ channels: [net] }).then(
      () => '',
      (error: unknown) => (error as { code: string }).code,
    );
    expect(refusal).to.equal('INTERNAL_ERROR');
    keyService.failing = false;
    await world.clock.advanceAsync(10_000);
    expect(epochsOf(member.outlet.installed)).to.deep.equal([[0, true]]);
    expect(world.log.lines[0]).to.include({ level: 'warn' });
    expect(JSON.stringify(world.log.lines)).to.not.include(secretOf(member.outlet.installed[0]));
  });

  it('stops neither the forwarding to the others nor, in the end, the rotation', async () => {
    const keyService = new UnsteadyKeyService();
    keyService.failing = false;
    const world = new VoiceWorld({ keyService });
    const [net] = (await world.channels('net')) as [string];
    const [talker, listener] = [world.session([net]), world.session([net])];
    const target = await talker.talksTo({ channels: [net] });
    keyService.failing = true;
    const leaver = world.session([net]);
    leaver.leave(net);
    await world.clock.advanceAsync(3_000);
    target.say();
    expect([listener.heard, leaver.heard]).to.deep.equal([[101], []]);
    keyService.failing = false;
    await world.clock.advanceAsync(5_000);
    target.say();
    expect(target.epoch(0)).to.equal(1);
    expect(listener.heard).to.deep.equal([101, 102]);
  });
});
