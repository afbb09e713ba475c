import { randomBytes } from 'node:crypto';
import { buildPing, buildUplinkBody, PacketType, PROBE_BYTES } from '@sidetone/protocol';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import type { UdpClient } from './double/udp-client.js';
import { UdpStage } from './double/udp-stage.js';

const packet = (): Uint8Array => new Uint8Array([0x08, ...randomBytes(80)]);
const body = (): Uint8Array => buildUplinkBody(1, randomBytes(8), randomBytes(60));
const ping = (client: UdpClient): Uint8Array =>
  client.datagram(PacketType.ping, buildPing({ id: 9, mediaSent: 0, mediaReceived: 0 }));

describe('a session that comes from a new address', () => {
  let stage: UdpStage;
  let client: UdpClient;
  let moved: UdpClient;

  beforeEach(async () => {
    stage = new UdpStage();
    await stage.start();
    client = await stage.confirmed();
    moved = await stage.elsewhere(client, '127.0.0.2');
    stage.clock.advance(1_000);
  });
  afterEach(async () => {
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
  });

  /** Both get one: what the server sends of itself after a datagram of `from`. */
  const askedBoth = async (from: UdpClient, datagram: Uint8Array): Promise<Uint8Array[]> => {
    const both = Promise.all([from.nextChallenge(), client.nextChallenge()]);
    from.send(datagram);
    return both;
  };
  const counted = (name: string): number => stage.metrics.snapshot()[`udp.${name}`] ?? 0;
  const hears = async (who: UdpClient): Promise<void> => {
    const voiceIn = (): number => who.received.filter((bytes) => bytes[0] === 0x08).length;
    const before = voiceIn();
    stage.voice.sendMany(packet(), Uint32Array.of(1), 1);
    await waitFor(() => voiceIn() > before);
  };

  for (const [what, datagram] of [
    ['media', (from: UdpClient) => from.datagram(PacketType.media, body())],
    ['a ping', ping],
    [
      'a pong',
      (from: UdpClient) =>
        from.datagram(PacketType.pong, buildPing({ id: 1, mediaSent: 0, mediaReceived: 0 })),
    ],
    ['a probe that asks', (from: UdpClient) => from.ask()],
    ['a wrong answer', (from: UdpClient) => from.answer(randomBytes(8))],
  ] as const) {
    it(`is challenged there and on the old path with other bytes, by ${what}`, async () => {
      const [toNew, toOld] = await askedBoth(moved, datagram(moved));
      expect(toNew).to.not.deep.equal(toOld);
      expect(counted('challenged'), 'the first address too').to.equal(2);
      expect(counted('moved')).to.equal(0);
      await hears(client);
    });
  }

  it('gets nothing there that is longer than what it sent, but the challenge', async () => {
    const media = (): Uint8Array => moved.datagram(PacketType.media, body());
    for (const make of [() => moved.ask(), () => ping(moved), media]) {
      const datagram = make();
      const before = moved.received.length;
      await askedBoth(moved, datagram);
      stage.clock.advance(1_000);
      await client.ping();
      const answers = moved.received.slice(before);
      expect(answers).to.have.length(1);
      expect(answers[0]?.length).to.be.at.most(datagram.length);
      expect(answers[0]?.length).to.equal(PROBE_BYTES + 17);
    }
  });

  it('is heard from there at once, and reached there once it has answered there', async () => {
    const [challenge] = await askedBoth(moved, moved.datagram(PacketType.media, body()));
    expect(stage.ingress.received).to.have.length(1);
    moved.send(moved.datagram(PacketType.media, body()));
    await hears(client);
    moved.send(moved.answer(challenge as Uint8Array));
    await moved.ping();
    await hears(moved);
    expect(stage.ingress.received).to.have.length(2);
    expect(counted('moved')).to.equal(1);
    expect(stage.dropped).to.deep.equal({});
    expect(stage.ingress.paths).to.deep.equal(['ready session-1']);
  });

  it('is heard before any address was ever proven: the tag says who it is', async () => {
    const fresh = await stage.client();
    fresh.send(fresh.datagram(PacketType.media, body()));
    await fresh.nextChallenge();
    expect(stage.ingress.received).to.have.length(1);
    expect(stage.ingress.paths).to.deep.equal(['ready session-1']);
  });

  it('stays at the old one when that answers, and is not asked again for a second', async () => {
    const [toNew, toOld] = await askedBoth(moved, ping(moved));
    client.send(client.answer(toOld as Uint8Array));
    await client.ping();
    moved.send(moved.answer(toNew as Uint8Array));
    moved.send(moved.ask());
    moved.send(ping(moved));
    await client.ping();
    expect(moved.received, 'the one challenge').to.have.length(1);
    expect(counted('kept')).to.equal(1);
    expect(counted('moved')).to.equal(0);
    expect(stage.dropped).to.deep.equal({ challengeLimited: 1, wrongAnswer: 1 });
    stage.clock.advance(1_000);
    await askedBoth(moved, ping(moved));
    await hears(client);
  });

  it('is challenged three times a second, over all its new addresses', async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, () => stage.elsewhere(client)));
    const pongs = client.received.length;
    for (const socket of sockets) socket.send(ping(socket));
    // Their pongs go to the address in use, as far as it may have so many.
    await waitFor(() => {
      const limited = stage.dropped['pingLimited'] ?? 0;
      return client.received.length - pongs + limited >= sockets.length;
    });
    expect(counted('challenged'), 'the first address too').to.equal(4);
    // Until it may ping again.
    stage.clock.advance(100);
    await client.ping();
    const challenged = sockets.filter(({ received }) => received.length > 0);
    expect(challenged).to.have.length(3);
  });

  it('may move 20 times a minute', async () => {
    let last = client;
    for (let move = 1; move <= 21; move++) {
      const next = await stage.elsewhere(last);
      const toNew = next.nextChallenge();
      next.send(next.ask());
      next.send(next.answer(await toNew));
      await waitFor(() => counted('moved') + (stage.dropped['moveLimited'] ?? 0) === move);
      if (move <= 20) last = next;
      stage.clock.advance(1_000);
    }
    expect(counted('moved')).to.equal(20);
    await hears(last);
  });
});

describe('an attacker on the way', () => {
  let stage: UdpStage;
  let victim: UdpClient;
  let attacker: UdpClient;

  beforeEach(async () => {
    stage = new UdpStage();
    await stage.start();
    victim = await stage.confirmed();
    // It has the offer only to read what the server sends to it; it makes no tag.
    attacker = await stage.client(victim.offer, '127.0.0.2');
    stage.clock.advance(1_000);
  });
  afterEach(async () => {
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
  });

  const moves = (): number => stage.metrics.snapshot()['udp.moved'] ?? 0;
  const victimHears = async (): Promise<void> => {
    const before = attacker.received.length;
    const arrival = victim.next();
    stage.voice.sendMany(packet(), Uint32Array.of(1), 1);
    expect((await arrival)[0]).to.equal(0x08);
    expect(attacker.received).to.have.length(before);
  };

  it('moves nothing by 1,000 packets that it captured and sends from its own address', async () => {
    const captured = Array.from({ length: 1_000 }, () => victim.datagram(PacketType.media, body()));
    for (let sent = 0; sent < captured.length; sent += 50) {
      for (const each of captured.slice(sent, sent + 50)) victim.send(each);
      await victim.ping();
      stage.clock.advance(100);
    }
    for (let sent = 0; sent < captured.length; sent += 50) {
      for (const each of captured.slice(sent, sent + 50)) attacker.send(each);
      stage.clock.advance(100);
      await victim.ping();
    }
    expect(stage.dropped).to.deep.equal({ replayed: 1_000 });
    expect(stage.ingress.received).to.have.length(1_000);
    expect(attacker.received).to.have.length(0);
    expect(moves()).to.equal(0);
    await victimHears();
  });

  it('moves nothing by 1,000 packets that it held back: the victim has gone on', async () => {
    for (let round = 0; round < 20; round++) {
      const held = Array.from({ length: 50 }, () => victim.datagram(PacketType.media, body()));
      await victim.ping();
      for (const each of held) attacker.send(each);
      stage.clock.advance(200);
      await victim.ping();
    }
    // The victim's own words, and none the attacker could have said: they pass.
    expect(stage.ingress.received).to.have.length(1_000);
    expect(stage.dropped).to.deep.equal({});
    expect(attacker.received, 'overtaken, so not even a challenge').to.have.length(0);
    expect(moves()).to.equal(0);
    await victimHears();
  });

  it('gets a challenge for a newest packet that it held back, and can do nothing with it', async () => {
    const held = victim.datagram(PacketType.media, body());
    const asked = Promise.all([attacker.nextChallenge(), victim.nextChallenge()]);
    attacker.send(held);
    const [toAttacker, toVictim] = await asked;
    victim.send(victim.answer(toVictim));
    await victim.ping();
    // Even if it could make the victim tag the answer, it comes too late.
    attacker.send(victim.answer(toAttacker));
    await victim.ping();
    expect(moves()).to.equal(0);
    expect(stage.dropped).to.deep.equal({ wrongAnswer: 1 });
    await victimHears();
  });

  it('that hands on everything faster than the victim wins a moment, and loses it again', async () => {
    for (let round = 1; round <= 10; round++) {
      const speech = victim.datagram(PacketType.media, body());
      const asked = Promise.all([attacker.nextChallenge(), victim.nextChallenge()]);
      attacker.send(speech);
      victim.send(speech);
      const [toAttacker, toVictim] = await asked;
      // It passes its challenge on to the victim as the server's; the victim answers both, and the
      // copies of both answers come first.
      const answers = [victim.answer(toAttacker), victim.answer(toVictim)];
      for (const answer of answers) attacker.send(answer);
      await waitFor(() => moves() === round);
      for (const answer of answers) victim.send(answer);
      await victim.ping();
      expect(stage.metrics.snapshot()['udp.returned']).to.equal(round);
      await victimHears();
      stage.clock.advance(3_000);
    }
  });

  it('that withholds the victim’s answer for the old path must drop packets, not only copy them', async () => {
    const asked = Promise.all([attacker.nextChallenge(), victim.nextChallenge()]);
    attacker.send(victim.datagram(PacketType.media, body()));
    const [toAttacker, toVictim] = await asked;
    attacker.send(victim.answer(toAttacker));
    await waitFor(() => moves() === 1);
    victim.send(victim.answer(toVictim));
    await victim.ping();
    await victimHears();
  });

  it('reflects no more than three challenges a second, whatever addresses it pretends', async () => {
    const spoofed = await Promise.all(Array.from({ length: 50 }, () => stage.client(victim.offer)));
    for (let second = 0; second < 4; second++) {
      for (const one of spoofed) one.send(victim.datagram(PacketType.media, body()));
      await waitFor(() => stage.ingress.received.length === spoofed.length * (second + 1));
      stage.clock.advance(1_000);
    }
    const received = (): Buffer[] => spoofed.flatMap((one) => one.received);
    await waitFor(() => received().length >= 4 * 3);
    expect(received().length).to.equal(4 * 3);
    for (const bytes of received()) expect(bytes.length).to.be.below(60);
  });
});
