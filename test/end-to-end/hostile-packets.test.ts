import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  buildDatagram,
  buildKid,
  buildUplinkBody,
  createHopKey,
  createNodeCipher,
  decodeBase64,
  encodeSframeHeader,
  HOP_TAG_BYTES,
  PacketType,
  SENDER_PART_BYTES,
  typeOctet,
  uuidBytes,
  type SenderPart,
} from '@sidetone/protocol';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { WireClient, type WireTalk } from '../wire/wire-client.js';
import { ChildProgram } from './support/child-program.js';
import type { ServerCalls } from './support/server-program.js';

const opus = randomBytes(60);

const part = (seq: number): SenderPart => ({
  start: seq === 0,
  end: false,
  durationMs: 20,
  level: 0x80 | 30,
  seq,
  time: seq * 960,
});

describe('Hostile packets', function () {
  this.timeout(60_000);

  let server: ChildProgram<ServerCalls>;
  let ann: WireClient;
  let bob: WireClient;
  let mallory: WireClient;
  let annTalk: WireTalk;
  let malloryTalk: WireTalk;
  let stranger: Socket;
  let strangerHeard: number;
  let bobHeard = 0;
  let newestHeard = -1;
  let counters: Readonly<Record<string, number>>;
  let annSeq = 0;
  let mallorySeq = 0;

  before(async () => {
    server = ChildProgram.start<ServerCalls>('./server-program.ts', {
      limits: { commandBurst: 200 },
    });
    const url = await server.call('start');
    [ann, bob, mallory] = await Promise.all([
      WireClient.connect(url, 'Ann'),
      WireClient.connect(url, 'Bob'),
      WireClient.connect(url, 'Mallory'),
    ]);
    for (const client of [ann, bob, mallory]) await client.openUdp();
    const channel = await ann.join('Command');
    await bob.join('Command');
    await mallory.join('Command');
    annTalk = await ann.talk(channel);
    malloryTalk = await mallory.talk(channel);
    stranger = createSocket('udp4');
    stranger.bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    stranger.on('message', () => (strangerHeard += 1));
    bob.onMedia = (packet) => {
      bobHeard += 1;
      newestHeard = (((packet[7] ?? 0) << 8) | (packet[8] ?? 0)) >>> 0;
    };
    ann.sendMedia(ann.seal(annTalk, annSeq, part(annSeq++), opus));
    mallory.sendMedia(mallory.seal(malloryTalk, mallorySeq, part(mallorySeq++), opus));
  });

  after(async () => {
    stranger.close();
    await Promise.all([ann.close(), bob.close(), mallory.close()]);
    await server.call('stop');
    await server.stop();
  });

  beforeEach(async () => {
    // What is still under way of the last test must not be counted in this one.
    const marker = annSeq;
    ann.sendMedia(ann.seal(annTalk, annSeq, part(annSeq++), opus));
    await waitFor(() => newestHeard === marker);
    bobHeard = 0;
    strangerHeard = 0;
    counters = await server.call('metrics');
  });

  /** Exactly these were counted, nobody got anything, nobody was answered, and the server is well. */
  async function expectDropped(reason: string, count = 1): Promise<void> {
    const grown = async (name: string): Promise<number> =>
      ((await server.call('metrics'))[name] ?? 0) - (counters[name] ?? 0);
    await waitFor(async () => (await grown(reason)) >= count, {
      describe: () => `${reason} did not grow by ${count}`,
    });
    expect(await grown(reason), reason).to.equal(count);
    expect(await grown('voice.forwarded'), 'voice.forwarded').to.equal(0);
    expect(bobHeard, 'packets that reached a listener').to.equal(0);
    expect(strangerHeard, 'answers to a stranger').to.equal(0);
    expect(await server.call('uncaught')).to.deep.equal([]);
  }

  const counter = async (name: string): Promise<number> =>
    (await server.call('metrics'))[name] ?? 0;

  const grownBy = (name: string, count: number): Promise<unknown> =>
    waitFor(async () => (await counter(name)) - (counters[name] ?? 0) >= count, {
      describe: () => `${name} did not grow by ${count}`,
    });

  /** Voice to Ann still goes where it went. */
  async function expectUnmoved(): Promise<void> {
    expect((await counter('udp.moved')) - (counters['udp.moved'] ?? 0)).to.equal(0);
    let annHeard = 0;
    const heard = strangerHeard;
    ann.onMedia = () => (annHeard += 1);
    await waitFor(() => {
      mallory.sendMedia(mallory.seal(malloryTalk, mallorySeq, part(mallorySeq++), opus));
      return annHeard > 0;
    });
    expect(strangerHeard, 'voice that went astray').to.equal(heard);
  }

  const fromStranger = (bytes: Uint8Array): void =>
    stranger.send(bytes, ann.udp?.offer.port ?? 0, '127.0.0.1');

  const nextFrame = (talk = annTalk): Uint8Array => ann.seal(talk, annSeq, part(annSeq++), opus);

  it('without a connection: random bytes of every length get no answer', async () => {
    const before = await server.call('metrics');
    const lengths = Array.from({ length: 200 }, (_, index) => 1 + index * 6);
    for (const length of lengths) fromStranger(randomBytes(length));
    const refused = async (): Promise<number> => {
      const now = await server.call('metrics');
      return Object.keys(now)
        .filter((name) => name.startsWith('udp.dropped'))
        .reduce((sum, name) => sum + (now[name] ?? 0) - (before[name] ?? 0), 0);
    };
    await waitFor(async () => (await refused()) >= lengths.length);
    expect(strangerHeard).to.equal(0);
    expect(bobHeard).to.equal(0);
    expect(await server.call('uncaught')).to.deep.equal([]);
  });

  it('truncated', async () => {
    fromStranger(ann.datagram(PacketType.media, nextFrame()).subarray(0, 12));
    await expectDropped('udp.dropped.truncated');
  });

  it('with an unknown connection id', async () => {
    const datagram = ann.datagram(PacketType.media, nextFrame());
    datagram[1] = (datagram[1] ?? 0) ^ 0x55;
    fromStranger(datagram);
    await expectDropped('udp.dropped.unknownConnection');
  });

  it('with one bit of the tag flipped', async () => {
    const datagram = ann.datagram(PacketType.media, nextFrame());
    const last = datagram.length - 1;
    datagram[last] = (datagram[last] ?? 0) ^ 1;
    ann.sendDatagram(datagram);
    await expectDropped('udp.dropped.badTag');
  });

  it('replayed on the same path', async () => {
    const datagram = ann.datagram(PacketType.media, nextFrame());
    ann.sendDatagram(datagram);
    await waitFor(() => bobHeard === 1);
    bobHeard = 0;
    counters = await server.call('metrics');
    ann.sendDatagram(datagram);
    await expectDropped('udp.dropped.replayed');
  });

  it('replayed on the other path', async () => {
    const body = nextFrame();
    ann.sendMedia(body);
    await waitFor(() => bobHeard === 1);
    bobHeard = 0;
    counters = await server.call('metrics');
    ann.sendBinary(Buffer.concat([Buffer.of(typeOctet(PacketType.media)), body]));
    await expectDropped('voice.dropped.replayed');
  });

  it('captured, and sent again from another address: nothing moves, nothing is answered', async () => {
    // Some are heard; the rest names no handle of Ann's, or her budget would be gone.
    const frames = Array.from({ length: 1_000 }, (_, index) =>
      nextFrame(index % 20 === 0 ? annTalk : { ...annTalk, handle: 60_000 }),
    );
    const captured = frames.map((frame) => ann.datagram(PacketType.media, frame));
    const received = await counter('voice.received');
    for (let sent = 0; sent < captured.length; sent += 50) {
      for (const datagram of captured.slice(sent, sent + 50)) ann.sendDatagram(datagram);
      await waitFor(async () => (await counter('voice.received')) >= received + sent + 50);
    }
    await waitFor(() => bobHeard === captured.length / 20);
    counters = await server.call('metrics');
    bobHeard = 0;
    for (let sent = 0; sent < captured.length; sent += 50) {
      for (const datagram of captured.slice(sent, sent + 50)) fromStranger(datagram);
      await grownBy('udp.dropped.replayed', sent + 50);
    }
    await expectDropped('udp.dropped.replayed', captured.length);
    await expectUnmoved();
  });

  it('fresh and true, from another address: passed on, and challenged on both paths, once', async () => {
    fromStranger(ann.datagram(PacketType.media, nextFrame()));
    await waitFor(() => bobHeard === 1);
    await waitFor(() => strangerHeard === 1);
    // Ann answers on her old path, where she still is.
    await grownBy('udp.kept', 1);
    for (let i = 0; i < 5; i += 1) fromStranger(ann.datagram(PacketType.media, nextFrame()));
    await waitFor(() => bobHeard === 6);
    expect(strangerHeard, 'the address rests').to.equal(1);
    await expectUnmoved();
  });

  it('held back, and sent from elsewhere after later ones: passed on, and not even challenged', async () => {
    const held = Array.from({ length: 10 }, () => ann.datagram(PacketType.media, nextFrame()));
    ann.sendMedia(nextFrame());
    await waitFor(() => bobHeard === 1);
    for (const datagram of held) fromStranger(datagram);
    await waitFor(() => bobHeard === 1 + held.length);
    expect(strangerHeard).to.equal(0);
    await expectUnmoved();
  });

  it('with a stolen connection id under a key of the thief', async () => {
    const key = createHopKey(randomBytes(32));
    const id = ann.udp?.offer.connectionId ?? 0;
    fromStranger(buildDatagram(PacketType.media, id, 1_000_000, nextFrame(), key));
    await expectDropped('udp.dropped.badTag');
  });

  it('forged by an insider, who holds the net’s secret and lacks the victim’s hop key', async () => {
    // With the secret of the net anybody in it can seal as anybody: only the hop tag stands between.
    const keys = mallory.keys.get([...mallory.keys.keys()][0] ?? '');
    const secret = decodeBase64(keys?.secret ?? '', 32);
    if (!keys || !secret) throw new Error('Mallory should hold the secret');
    const cipher = createNodeCipher();
    const base = cipher.deriveSenderBaseKey(
      secret,
      uuidBytes(keys.route.id),
      keys.epoch,
      annTalk.senderIndex,
    );
    const sealer = cipher.sealer(base, buildKid(annTalk.senderIndex, keys.epoch));
    const seq = annSeq + 100;
    const forged = ann.seal({ ...annTalk, sealer }, seq, part(seq), opus);
    const id = ann.udp?.offer.connectionId ?? 0;
    const victimsAddress = ann.udp;
    const datagram = buildDatagram(
      PacketType.media,
      id,
      2_000_000,
      forged,
      createHopKey(decodeBase64(udpKeyOf(mallory), 32) ?? new Uint8Array(32)),
    );
    // Even from the victim's own address, as somebody who spoofs it would send.
    victimsAddress?.socket.send(datagram, victimsAddress.offer.port, '127.0.0.1');
    await expectDropped('udp.dropped.badTag');
  });

  it('under another member’s sender index on the own talk handle', async () => {
    const body = ann.seal({ ...annTalk, handle: malloryTalk.handle }, annSeq, part(annSeq++), opus);
    mallory.sendMedia(body);
    await expectDropped('voice.dropped.foreignSender');
  });

  it('with a talk handle that was never registered', async () => {
    mallory.sendMedia(
      mallory.seal({ ...malloryTalk, handle: 60_000 }, mallorySeq, part(mallorySeq++), opus),
    );
    await expectDropped('voice.dropped.unknownHandle');
  });

  it('with a key id in more bytes than it needs', async () => {
    const minimal = encodeSframeHeader(buildKid(malloryTalk.senderIndex, malloryTalk.epoch), 500);
    const ctr = minimal.subarray(minimal.length - 2);
    const kid = buildKid(malloryTalk.senderIndex, malloryTalk.epoch);
    // Two bytes of key id where one would do, then the two bytes of the counter.
    const padded = Uint8Array.of(0x80 | (1 << 4) | 0x08 | 1, 0, kid, ...ctr);
    const sealed = Buffer.concat([padded, randomBytes(60)]);
    const sender = new Uint8Array(SENDER_PART_BYTES);
    mallory.sendMedia(buildUplinkBody(malloryTalk.handle, sender, sealed));
    await expectDropped('voice.dropped.malformed');
  });

  it('of an epoch that is not live', async () => {
    const header = encodeSframeHeader(buildKid(malloryTalk.senderIndex, malloryTalk.epoch + 7), 1);
    const sealed = Buffer.concat([header, randomBytes(60)]);
    const sender = new Uint8Array(SENDER_PART_BYTES);
    mallory.sendMedia(buildUplinkBody(malloryTalk.handle, sender, sealed));
    await expectDropped('voice.dropped.unknownEpoch');
  });

  it('of a type that only the server may send', async () => {
    const datagram = ann.datagram(PacketType.media, nextFrame());
    datagram[0] = typeOctet(PacketType.bundle);
    ann.sendDatagram(datagram);
    await expectDropped('udp.dropped.wrongType');
  });

  it('over the WebSocket: unknown types, empty messages, and media that is none', async () => {
    for (const bytes of [[], [0x00], [0x0f], [typeOctet(PacketType.probe), 1], [0x08, 1, 2]]) {
      mallory.sendBinary(Uint8Array.from(bytes));
    }
    await waitFor(async () => {
      const now = await server.call('metrics');
      const refused = Object.keys(now)
        .filter((name) => name.startsWith('websocket.dropped') || name.startsWith('voice.dropped'))
        .reduce((sum, name) => sum + (now[name] ?? 0) - (counters[name] ?? 0), 0);
      return refused >= 5;
    });
    expect(bobHeard).to.equal(0);
    expect(await server.call('uncaught')).to.deep.equal([]);
  });

  it('a fast talker is held to the budget of its handle', async () => {
    for (let frame = 0; frame < 300; frame += 1) {
      mallory.sendMedia(mallory.seal(malloryTalk, 1000 + mallorySeq, part(mallorySeq++), opus));
    }
    await waitFor(async () => {
      const now = await server.call('metrics');
      return (
        (now['voice.dropped.overBudget'] ?? 0) - (counters['voice.dropped.overBudget'] ?? 0) > 150
      );
    });
    expect(bobHeard).to.be.at.most(125);
  });

  it('flips of every single bit never reach anybody', async () => {
    const datagram = ann.datagram(PacketType.media, nextFrame());
    const bits = 8 * (datagram.length - HOP_TAG_BYTES);
    for (let bit = 0; bit < bits; bit += 1) {
      const flipped = Uint8Array.from(datagram);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      ann.sendDatagram(flipped);
    }
    await waitFor(async () => {
      const now = await server.call('metrics');
      return (now['udp.dropped.badTag'] ?? 0) - (counters['udp.dropped.badTag'] ?? 0) > bits / 2;
    });
    expect(bobHeard).to.equal(0);
    ann.sendDatagram(datagram);
    await waitFor(() => bobHeard === 1, {
      describe: () => 'the true one did not arrive after them',
    });
  });
});

function udpKeyOf(client: WireClient): string {
  return client.udp?.offer.uplinkKey ?? '';
}
