import { randomBytes, randomInt } from 'node:crypto';
import { buildPing, buildProbe, buildUplinkBody, PacketType, ProbeStep } from '@sidetone/protocol';
import { expect } from 'chai';
import type { UdpClient } from './double/udp-client.js';
import { UdpStage } from './double/udp-stage.js';

const body = (): Uint8Array => buildUplinkBody(1, randomBytes(8), randomBytes(60));
const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = bytes.slice();
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] ?? 0) ^ 0x01;
  return copy;
};

describe('hostile datagrams', () => {
  let stage: UdpStage;
  let victim: UdpClient;
  let attacker: UdpClient;

  beforeEach(async () => {
    stage = new UdpStage();
    await stage.start();
    victim = await stage.confirmed();
    // Knows the victim's offer, so that each test can give it as much of it as it should have.
    attacker = await stage.client(victim.offer);
    attacker.nextPacketNumber = 1_000;
  });
  afterEach(async () => {
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
  });

  /** No answer, nothing forwarded, no exception, the path as it was, counted once by this reason. */
  const expectRefused = async (bytes: Uint8Array, reason: string): Promise<void> => {
    const before = stage.dropped[reason] ?? 0;
    const forwarded = stage.ingress.received.length;
    // Time for the victim's pings. The first overtakes what the attacker has of the victim's own, the
    // second shows that the datagram before it has been handled.
    stage.clock.advance(200);
    await victim.ping();
    attacker.send(bytes);
    await victim.ping();
    expect(stage.dropped[reason]).to.equal(before + 1);
    expect(attacker.received, 'answered').to.have.length(0);
    expect(stage.ingress.received, 'forwarded').to.have.length(forwarded);
    expect(stage.ingress.paths).to.deep.equal(['ready session-1']);
  };

  it('that the server fails on are counted and logged once, and the next one is handled', async () => {
    const receive = stage.ingress.receive.bind(stage.ingress);
    stage.ingress.receive = () => {
      throw new Error('broken');
    };
    victim.send(victim.datagram(PacketType.media, body()));
    victim.send(victim.datagram(PacketType.media, body()));
    await victim.ping();
    expect(stage.dropped['failed']).to.equal(2);
    stage.ingress.receive = receive;
    victim.send(victim.datagram(PacketType.media, body()));
    await victim.ping();
    expect(stage.ingress.received).to.have.length(1);
  });

  it('without a byte, or shorter than their type, are truncated', async () => {
    await expectRefused(new Uint8Array(0), 'truncated');
    const media = victim.datagram(PacketType.media, body());
    for (const length of [1, 8, 9, 16, 17, 45]) {
      await expectRefused(media.slice(0, length), 'truncated');
    }
  });

  it('longer than their type are oversize', async () => {
    const ping = victim.datagram(
      PacketType.ping,
      buildPing({ id: 1, mediaSent: 0, mediaReceived: 0 }),
    );
    await expectRefused(new Uint8Array([...ping, 0]), 'oversize');
    await expectRefused(new Uint8Array(1_201).fill(0x08), 'oversize');
    await expectRefused(new Uint8Array(9_000).fill(0x08), 'oversize');
  });

  it('of other protocols are foreign', async () => {
    for (const octet of [0x00, 0x01, 0x07, 0x10, 0x16, 0x40, 0x80, 0xff]) {
      await expectRefused(new Uint8Array(60).fill(octet), 'foreign');
    }
  });

  it('of types that are reserved or that only the server sends are refused, tagged or not', async () => {
    for (const type of [4, 5, 6, 7]) {
      const bytes = attacker.datagram(PacketType.media, body());
      bytes[0] = 0x08 | type;
      await expectRefused(bytes, 'wrongType');
    }
  });

  it('for a connection that does not exist are not looked at further', async () => {
    const bytes = attacker.datagram(PacketType.media, body());
    bytes[1] = (bytes[1] ?? 0) ^ 0xff;
    await expectRefused(bytes, 'unknownConnection');
  });

  it('with the stolen connection id of another session, and no key, are forgeries', async () => {
    for (const type of [PacketType.media, PacketType.ping, PacketType.pong, PacketType.probe]) {
      const content =
        type === PacketType.media
          ? body()
          : type === PacketType.probe
            ? buildProbe({ step: ProbeStep.ask, challenge: new Uint8Array(8) })
            : buildPing({ id: 1, mediaSent: 0, mediaReceived: 0 });
      const stranger = await stage.client();
      const forged = stranger.datagram(type, content, 5_000);
      new DataView(forged.buffer).setUint32(1, victim.offer.connectionId);
      await expectRefused(forged, 'badTag');
    }
  });

  it('of an insider who speaks as another member from its own confirmed address are forgeries', async () => {
    const insider = await stage.confirmed();
    const forged = insider.datagram(PacketType.media, body(), 5_000);
    new DataView(forged.buffer).setUint32(1, victim.offer.connectionId);
    insider.send(forged);
    await insider.ping();
    expect(stage.dropped).to.deep.equal({ badTag: 1 });
    expect(stage.ingress.received).to.deep.equal([]);
  });

  it('with one bit changed anywhere behind the connection id are forgeries', async () => {
    const media = victim.datagram(PacketType.media, body());
    for (let at = 5; at < media.length; at++) await expectRefused(flipped(media, at), 'badTag');
  });

  it('do not use up the packet number they pretend to have', async () => {
    const media = victim.datagram(PacketType.media, body());
    await expectRefused(flipped(media, -1), 'badTag');
    victim.send(media);
    await victim.ping();
    expect(stage.ingress.received).to.have.length(1);
  });

  it('cannot move the window past the honest sender', async () => {
    const media = victim.datagram(PacketType.media, body());
    const future = flipped(victim.datagram(PacketType.media, body(), 2 ** 31), -3);
    await expectRefused(future, 'badTag');
    victim.send(media);
    await victim.ping();
    expect(stage.ingress.received).to.have.length(1);
  });

  it('sent a second time are replayed, from the same address and from another', async () => {
    const media = victim.datagram(PacketType.media, body());
    victim.send(media);
    await victim.ping();
    expect(stage.ingress.received).to.have.length(1);
    victim.send(media);
    await victim.ping();
    expect(stage.dropped['replayed']).to.equal(1);
    expect(stage.ingress.received).to.have.length(1);
    await expectRefused(media, 'replayed');
  });

  it('older than the window are replayed', async () => {
    const old = victim.datagram(PacketType.media, body());
    victim.nextPacketNumber += 1_024;
    await victim.ping();
    await expectRefused(old, 'replayed');
  });

  it('caught on the way, overtaken, and sent on from another address move nothing', async () => {
    const ask = victim.ask();
    const ping = buildPing({ id: 9, mediaSent: 0, mediaReceived: 0 });
    const caughtPing = victim.datagram(PacketType.ping, ping);
    await expectRefused(ask, 'overtaken');
    const pong = victim.next();
    attacker.send(caughtPing);
    await pong;
    const voice = victim.next();
    stage.voice.sendMany(new Uint8Array(60).fill(8), Uint32Array.of(1), 1);
    await voice;
    expect(attacker.received).to.have.length(0);
  });

  it('that answer a challenge from an address it was not sent to are wrong answers', async () => {
    const challenge = await victim.challenge();
    await expectRefused(victim.answer(challenge), 'wrongAnswer');
    await expectRefused(victim.answer(randomBytes(8)), 'wrongAnswer');
  });

  it('of types 1 to 3 that the server has no use for stay without an answer', async () => {
    const pong = buildPing({ id: 1, mediaSent: 0, mediaReceived: 0 });
    await expectRefused(victim.datagram(PacketType.pong, pong), 'unexpected');
    const challenge = buildProbe({ step: ProbeStep.challenge, challenge: randomBytes(8) });
    await expectRefused(victim.datagram(PacketType.probe, challenge), 'unexpected');
    const unknownStep = new Uint8Array(9).fill(3);
    await expectRefused(victim.datagram(PacketType.probe, unknownStep), 'malformed');
    const loadedAsk = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    await expectRefused(victim.datagram(PacketType.probe, loadedAsk), 'malformed');
  });

  it('beyond what one unconfirmed network may have checked are dropped before the tag', async () => {
    const forged = flipped(attacker.datagram(PacketType.media, body()), -1);
    for (let sent = 1; sent <= 1_300; sent++) {
      attacker.send(forged);
      if (sent % 100 === 0) await victim.ping();
    }
    // 1,000 at once; the victim's own ask and answer came from the same network.
    expect(stage.dropped).to.deep.equal({ badTag: 998, sourceLimited: 302 });
    expect(attacker.received).to.have.length(0);
    stage.clock.advance(10);
    attacker.send(forged);
    await victim.ping();
    expect(stage.dropped).to.deep.equal({ badTag: 999, sourceLimited: 302 });
  });

  it('of random bytes and random changes leave the server alive and silent', async () => {
    const seed = randomInt(2 ** 31);
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return Math.floor((state / 0x8000_0000) * below);
    };
    for (let round = 0; round < 60; round++) {
      for (let i = 0; i < 20; i++) {
        const bytes =
          random(2) === 0
            ? Uint8Array.from({ length: random(200) }, () => random(256))
            : victim.datagram(PacketType.media, body(), 10_000 + round);
        const last = bytes.length - 1;
        // The last octet of the tag is never right.
        if (last > 0) bytes[random(last)] = random(256);
        if (last > 0) bytes[last] = (bytes[last] ?? 0) ^ (1 + random(255));
        attacker.send(bytes);
      }
      stage.clock.advance(100);
      await victim.ping();
    }
    expect(attacker.received, `seed ${seed}`).to.have.length(0);
    expect(stage.ingress.received, `seed ${seed}`).to.have.length(0);
  });
});
