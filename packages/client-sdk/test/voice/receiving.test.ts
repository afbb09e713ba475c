import { expect } from 'chai';
import {
  buildDownlinkPacket,
  createNodeCipher,
  createWebCipher,
  type FrameCipher,
} from '@sidetone/protocol';
import { createFakeClock, waitFor, type FakeClock } from '@sidetone/testkit';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { samplesSource } from '../../src/audio/pcm-source.js';
import type { Client } from '../../src/client/client.js';
import type { TalkTarget } from '../../src/talk/talk-target.js';
import { connectedClient } from '../support/connected-client.js';
import type { FakePeer } from '../support/fake-peer.js';
import { FakeServer } from '../support/fake-server.js';

interface Pair {
  readonly server: FakeServer;
  readonly clock: FakeClock;
  readonly ann: Client;
  readonly ben: Client;
  readonly benPeer: FakePeer;
  readonly target: TalkTarget;
  readonly heard: OpusFrame[];
}

async function pair(cipher: () => FrameCipher = createNodeCipher): Promise<Pair> {
  const server = new FakeServer();
  const clock = createFakeClock();
  const ann = await connectedClient(server, 'Ann', { clock, cipher });
  const ben = await connectedClient(server, 'Ben', { clock, cipher });
  const heard: OpusFrame[] = [];
  ben.client.onFrame((frame) => void heard.push(frame));
  const membership = await ann.client.channels.join('Command');
  await ben.client.channels.join('Command');
  const target = await membership.talk();
  return { server, clock, ann: ann.client, ben: ben.client, benPeer: ben.peer, target, heard };
}

const sound = (frameCount: number): Float32Array => new Float32Array(frameCount * 960).fill(0.5);

async function say(pair: Pair, frameCount: number): Promise<void> {
  const played = pair.target.play(samplesSource(sound(frameCount)));
  await pair.clock.advanceAsync(frameCount * 20 + 100);
  await played;
  await pair.clock.settle();
}

const droppedBy = (client: Client, reason: string): number => client.voice?.dropped[reason] ?? 0;

/** The downlink packet of a frame that the server saw. */
function downlink({ server }: Pair, index: number, source?: number): Uint8Array {
  const frame = server.frames[index];
  if (!frame) throw new Error('no such frame');
  const { handle } = server.routeOf('Command').view;
  return buildDownlinkPacket(
    handle,
    source ?? frame.peer.sourceOf('microphone').handle,
    frame.body,
  );
}

const gaps = (frames: readonly OpusFrame[]): number[] =>
  frames.slice(1).map((frame, i) => frame.seq - (frames[i]?.seq ?? 0));

/** WebCrypto works in threads of its own, which no fake clock waits for. */
async function heardBy(two: Pair, count: number): Promise<void> {
  const describe = (): string => `${two.heard.length} frames were heard`;
  await waitFor(() => two.heard.length >= count, { describe });
  expect(two.heard).to.have.length(count);
}

async function droppedAs(two: Pair, reason: string, count: number): Promise<void> {
  const describe = (): string => JSON.stringify(two.ben.voice?.dropped);
  await waitFor(() => droppedBy(two.ben, reason) >= count, { describe });
  expect(droppedBy(two.ben, reason)).to.equal(count);
}

for (const [name, cipher] of [
  ['node:crypto', createNodeCipher],
  ['WebCrypto', createWebCipher],
] as const) {
  describe(`Receiving with ${name}`, () => {
    it('gives every frame once, in order, with talker, net and level', async () => {
      const two = await pair(cipher);
      await say(two, 10);
      await heardBy(two, 10);
      expect(gaps(two.heard)).to.deep.equal(new Array(9).fill(1));
      expect(two.heard.map(({ start }) => start).indexOf(true)).to.equal(0);
      expect(two.heard.map(({ end }) => end).indexOf(true)).to.equal(9);
      const first = two.heard[0];
      expect(first?.source.session).to.equal(two.ann.self?.id);
      expect(first?.route.channel).to.equal(two.server.channel('Command').id);
      expect(first?.level).to.equal(6);
      // The ends that were repeated.
      await droppedAs(two, 'copy', 2);
    });

    it('loses no frame over 20 rotations of the keys during speech', async () => {
      const two = await pair(cipher);
      const played = two.target.play(samplesSource(sound(40)));
      for (let i = 0; i < 20; i++) {
        await two.clock.advanceAsync(40);
        two.server.rotate(two.server.routeOf('Command'));
      }
      await two.clock.advanceAsync(200);
      await played;
      await two.clock.settle();
      await heardBy(two, 40);
      expect(gaps(two.heard)).to.deep.equal(new Array(39).fill(1));
    });

    it('drops replays, forged sources and malformed packets, each counted', async () => {
      const two = await pair(cipher);
      await say(two, 3);
      two.benPeer.sendBinary(downlink(two, 1));
      two.benPeer.sendBinary(downlink(two, 1, 4_711));
      two.benPeer.sendBinary(Uint8Array.of(0x08, 1, 2, 3));
      two.benPeer.sendBinary(Uint8Array.of(0x0b, 0));
      await two.clock.settle();
      await heardBy(two, 3);
      await droppedAs(two, 'replayed', 1);
      await droppedAs(two, 'foreignSource', 1);
      await droppedAs(two, 'truncated', 1);
      await droppedAs(two, 'websocket:unknownType', 1);
      expect(two.ben.state.status).to.equal('connected');
    });

    it('lets a frame with a broken tag or changed flags change nothing: the true one is still heard', async () => {
      const two = await pair(cipher);
      two.server.routeOf('Command').listeners.delete(two.benPeer);
      await say(two, 1);
      const broken = downlink(two, 0);
      broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
      const changed = downlink(two, 0);
      changed[6] = (changed[6] ?? 0) ^ 1;
      for (const packet of [broken, changed, downlink(two, 0), downlink(two, 0)]) {
        two.benPeer.sendBinary(packet);
      }
      await two.clock.settle();
      await heardBy(two, 1);
      await droppedAs(two, 'badTag', 2);
      await droppedAs(two, 'replayed', 1);
    });
  });
}

describe('Frames that come before their keys', () => {
  it('wait for a route that is not known yet', async () => {
    const two = await pair();
    const membership = two.ben.channels.find('Command')?.membership;
    await membership?.leave();
    await two.clock.settle();
    const { listeners } = two.server.routeOf('Command');
    listeners.add(two.benPeer);
    await say(two, 5);
    expect(two.heard).to.have.length(0);
    await two.ben.channels.join('Command');
    await two.clock.settle();
    expect(two.heard).to.have.length(5);
  });

  it('wait at most a second', async () => {
    const two = await pair();
    await two.ben.channels.find('Command')?.membership?.leave();
    two.server.routeOf('Command').listeners.add(two.benPeer);
    await say(two, 5);
    await two.clock.advanceAsync(1_001);
    await two.ben.channels.join('Command');
    await two.clock.settle();
    expect(two.heard).to.have.length(0);
    // The two repeated ends waited with the five frames.
    expect(droppedBy(two.ben, 'heldInVain')).to.equal(7);
  });

  it('make the client ask for an epoch it was not given, and are heard when the answer comes', async () => {
    const two = await pair();
    const route = two.server.routeOf('Command');
    route.listeners.delete(two.benPeer);
    two.server.rotate(route);
    for (const peer of two.server.peers)
      if (peer !== two.benPeer) peer.ask('keys.install', two.server.keysOf(route));
    route.listeners.add(two.benPeer);
    await two.clock.settle();
    await say(two, 5);
    const fetches = two.benPeer.received.filter(({ method }) => method === 'keys.fetch');
    expect(fetches).to.have.length(1);
    expect(two.heard).to.have.length(5);
    expect(gaps(two.heard)).to.deep.equal([1, 1, 1, 1]);
  });
});

describe('After leaving', () => {
  it('nothing of the net can be opened any more', async () => {
    const two = await pair();
    await say(two, 2);
    await two.ben.channels.find('Command')?.membership?.leave();
    two.server.routeOf('Command').listeners.add(two.benPeer);
    await say(two, 2);
    expect(two.heard).to.have.length(2);
  });
});

describe('A whisper', () => {
  it('reaches its target alone', async () => {
    const two = await pair();
    const third = await connectedClient(two.server, 'Cat', { clock: two.clock });
    const overheard: OpusFrame[] = [];
    third.client.onFrame((frame) => void overheard.push(frame));
    await third.client.channels.join('Command');
    const ben = two.ann.participants.find('Ben');
    const whisper = await two.ann.whisper(ben ? [ben] : []);
    const played = whisper.play(samplesSource(sound(3)));
    await two.clock.advanceAsync(200);
    await played;
    expect(two.heard).to.have.length(3);
    expect(two.heard[0]?.route.kind).to.equal('whisper');
    expect(overheard).to.deep.equal([]);
  });
});

describe('A sink that throws', () => {
  it('is reported and keeps nobody from hearing', async () => {
    const two = await pair();
    const failures: string[] = [];
    two.ben.on('listenerFailed', ({ event }) => void failures.push(event));
    const remove = two.ben.onFrame(() => {
      throw new Error('full disk');
    });
    two.ben.onFrame((frame) => void two.heard.push(frame));
    await say(two, 2);
    expect(two.heard).to.have.length(4);
    expect(failures).to.deep.equal(['sink', 'sink']);
    remove();
    await say(two, 1);
    expect(failures).to.have.length(2);
  });
});

describe('Transmissions', () => {
  it('are told with talker and nets, are state while they last, and end when lost', async () => {
    const two = await pair();
    const told: string[] = [];
    const note =
      (what: string) =>
      ({
        transmission,
      }: {
        transmission: { talker: { name: string } | null; channels: readonly { name: string }[] };
      }) =>
        void told.push(
          `${what} ${transmission.talker?.name} ${transmission.channels.map(({ name }) => name).join()}`,
        );
    two.ben.on('transmissionStarted', note('started'));
    two.ben.on('transmissionUpdated', note('updated'));
    two.ben.on('transmissionEnded', note('ended'));
    const view = {
      id: '00000000-0000-4000-8000-00000000000f',
      source: two.server.peers[0]?.sourceOf('microphone'),
      routes: [two.server.routeOf('Command').view],
      priority: 1,
      firstSeq: 5,
    };
    two.benPeer.notify('transmissionStarted', view);
    await two.clock.settle();
    expect(two.ben.transmissions.map(({ id }) => id)).to.deep.equal([view.id]);
    expect(two.ben.participants.find('Ann')?.talking).to.equal(true);
    two.benPeer.notify('transmissionUpdated', view);
    await two.clock.advanceAsync(4_000);
    expect(two.ben.transmissions).to.have.length(1);
    await two.clock.advanceAsync(1_500);
    expect(two.ben.transmissions).to.have.length(0);
    expect(two.ben.participants.find('Ann')?.talking).to.equal(false);
    expect(told).to.deep.equal(['started Ann Command', 'updated Ann Command', 'ended Ann Command']);
  });

  it('of its own that are refused are told with the target and the holder', async () => {
    const two = await pair();
    const peer = two.server.peers[0];
    const refused = new Promise<{ code: string; target: TalkTarget | null; holder: unknown }>(
      (resolve) => two.ann.once('transmissionRefused', resolve),
    );
    peer?.notify('transmissionRefused', {
      handle: two.target.lanes[0]?.handle,
      route: two.server.routeOf('Command').view,
      code: 'NET_BUSY',
      holder: two.benPeer.session,
    });
    const event = await refused;
    expect(event.code).to.equal('NET_BUSY');
    expect(event.target).to.equal(two.target);
    expect(event.holder).to.equal(two.ann.participants.find('Ben'));
  });
});
