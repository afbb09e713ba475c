import { randomBytes } from 'node:crypto';
import {
  buildDownlinkPacket,
  buildMessage,
  buildPing,
  buildUplinkBody,
  PacketType,
  parseMessage,
  parsePing,
  writeSenderPart,
} from '@sidetone/protocol';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import type { WebSocket } from 'ws';
import { WebSocketStage } from './double/websocket-stage.js';

function body(seq = 0, sealedBytes = 60): Uint8Array {
  const sender = new Uint8Array(8);
  const part = { start: false, end: false, durationMs: 20, level: 0, seq, time: 0 } as const;
  writeSenderPart(sender, 0, part);
  return buildUplinkBody(1, sender, randomBytes(sealedBytes));
}
const packet = (seq = 0, sealedBytes = 60): Uint8Array =>
  buildDownlinkPacket(1, 1, body(seq, sealedBytes));
const counters = (id: number): Uint8Array => buildPing({ id, mediaSent: 0, mediaReceived: 0 });

/** A client's binary messages: media as they are, pings and pongs by id. */
class Ear {
  readonly media: Uint8Array[] = [];
  readonly pings: number[] = [];
  readonly pongs: { id: number; mediaSent: number; mediaReceived: number }[] = [];
  readonly #client: WebSocket;
  #heard: () => void = () => {};

  constructor(client: WebSocket) {
    this.#client = client;
    client.on('message', (data, isBinary) => {
      if (isBinary) this.#hear(new Uint8Array(data as Buffer));
    });
  }

  async until(done: () => boolean): Promise<void> {
    while (!done()) await new Promise<void>((resolve) => (this.#heard = resolve));
  }

  answer(id: number): void {
    this.#client.send(buildMessage(PacketType.pong, counters(id)));
  }

  #hear(message: Uint8Array): void {
    const parsed = parseMessage(message);
    if (!parsed.ok) throw new Error('the server sent no message of the protocol');
    if (parsed.type === PacketType.media) {
      this.media.push(message);
    } else {
      const ping = parsePing(parsed.body);
      if (!ping.ok) throw new Error('the server sent a broken ping');
      if (parsed.type === PacketType.ping) this.pings.push(ping.ping.id);
      else this.pongs.push(ping.ping);
    }
    this.#heard();
  }
}

describe('voice over WebSocket', () => {
  let stage: WebSocketStage;

  beforeEach(async () => {
    stage = new WebSocketStage();
    await stage.start();
  });
  afterEach(async () => {
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
  });

  it('is offered to every session and ready as soon as it signed in', async () => {
    expect(stage.voice.offer({ id: 'a', handle: 1 })).to.deep.equal({ transport: 'websocket' });
    const { client, connection } = await stage.signedIn(1);
    expect(stage.ingress.paths).to.deep.equal(['ready session-1']);
    client.close();
    await waitFor(() => connection.endings.length > 0);
    expect(stage.ingress.paths).to.deep.equal(['ready session-1', 'lost session-1']);
  });

  it('does not report the loss of a path that core has ended itself', async () => {
    const { client, connection } = await stage.signedIn(1);
    stage.voice.detach({ id: 'session-1', handle: 1 });
    client.close();
    await waitFor(() => connection.endings.length > 0);
    expect(stage.ingress.paths).to.deep.equal(['ready session-1']);
  });

  it('is passed on from the session of the connection', async () => {
    const pair = await stage.signedIn(1);
    const bodies = [body(1), body(2)];
    for (const each of bodies) pair.client.send(buildMessage(PacketType.media, each));
    await stage.handled(pair);
    expect(stage.ingress.received).to.deep.equal(
      bodies.map((each) => ({ sessionId: 'session-1', body: new Uint8Array(each) })),
    );
  });

  it('is dropped before the sign-in and after the session ended', async () => {
    const pair = await stage.pair();
    pair.client.send(buildMessage(PacketType.media, body()));
    await stage.handled(pair);
    pair.connection.peer.authenticated({ id: 'session-1', handle: 1 });
    stage.voice.detach({ id: 'session-1', handle: 1 });
    pair.client.send(buildMessage(PacketType.media, body()));
    await stage.handled(pair);
    expect(stage.ingress.received).to.deep.equal([]);
    expect(stage.counted('websocket.dropped.')).to.deep.equal({ noSession: 2 });
  });

  it('drops and counts everything else that is binary, and answers none of it', async () => {
    const pair = await stage.signedIn(1);
    const ear = new Ear(pair.client);
    const hostile: [number[] | Uint8Array, string][] = [
      [[], 'unknownType'],
      [[0x00, 1, 2], 'unknownType'],
      [[0x0b, ...new Array<number>(9).fill(0)], 'unknownType'],
      [[0x0c], 'unknownType'],
      [[0x0e, 1], 'unknownType'],
      [[0x0f], 'unknownType'],
      [[0x0d, 0, 1, 0], 'wrongType'],
      [[0x09, 1, 2, 3], 'malformed'],
      [[0x0a, ...new Array<number>(13).fill(0)], 'malformed'],
    ];
    const expected: Record<string, number> = {};
    for (const [bytes, reason] of hostile) {
      pair.client.send(Uint8Array.from(bytes));
      expected[reason] = (expected[reason] ?? 0) + 1;
    }
    await stage.handled(pair);
    expect(stage.counted('websocket.dropped.')).to.deep.equal(expected);
    expect(stage.ingress.received).to.deep.equal([]);
    expect([...ear.media, ...ear.pongs]).to.deep.equal([]);
  });

  it('takes a pong that answers nothing without harm', async () => {
    const pair = await stage.signedIn(1);
    pair.client.send(buildMessage(PacketType.pong, counters(4_000_000)));
    await stage.handled(pair);
    expect(pair.connection.endings).to.deep.equal([]);
  });

  it('answers pings with the id and its own counters', async () => {
    const { client } = await stage.signedIn(1);
    const ear = new Ear(client);
    client.send(buildMessage(PacketType.media, body()));
    stage.voice.sendMany(packet(), Uint32Array.of(1), 1);
    client.send(buildMessage(PacketType.ping, counters(99)));
    await ear.until(() => ear.pongs.length > 0);
    expect(ear.pongs).to.deep.equal([{ id: 99, mediaSent: 1, mediaReceived: 1 }]);
  });

  it('answers no more pings than voice has use for', async () => {
    const pair = await stage.signedIn(1);
    const ear = new Ear(pair.client);
    for (let id = 0; id < 100; id++) pair.client.send(buildMessage(PacketType.ping, counters(id)));
    await stage.handled(pair);
    await ear.until(() => ear.pongs.length === 40);
    expect(stage.counted('websocket.dropped.')).to.deep.equal({ pingLimited: 60 });
  });

  it('goes to the sinks alone, byte for byte, whatever its length', async () => {
    const ears: Ear[] = [];
    for (const handle of [1, 2, 3]) ears.push(new Ear((await stage.signedIn(handle)).client));
    const packets = [21, 100, 108, 109, 110, 600, 1_173].map((length) => packet(0, length));
    for (const each of packets) stage.voice.sendMany(each, Uint32Array.of(1, 3, 40_000), 1);
    stage.voice.sendMany(packet(9), Uint32Array.of(2), 1);
    await Promise.all(ears.map((ear) => ear.until(() => ear.media.length > 0)));
    await ears[2]?.until(() => ears[2]?.media.length === packets.length);
    await ears[0]?.until(() => ears[0]?.media.length === packets.length);
    expect(ears[0]?.media).to.deep.equal(packets);
    expect(ears[2]?.media).to.deep.equal(packets);
    expect(ears[1]?.media).to.have.length(1);
    expect(stage.metrics.snapshot()['websocket.sent']).to.equal(2 * packets.length + 1);
  });

  it('keeps its place among the control messages of the connection', async () => {
    const { client, connection } = await stage.signedIn(1);
    const order: string[] = [];
    client.on('message', (data: Buffer, isBinary) => {
      order.push(isBinary ? 'voice' : data.toString());
    });
    const ear = new Ear(client);
    connection.peer.send('1');
    stage.voice.sendMany(packet(), Uint32Array.of(1), 1);
    connection.peer.send('2');
    stage.voice.sendMany(packet(), Uint32Array.of(1), 1);
    await ear.until(() => ear.media.length === 2);
    expect(order, 'the second voice is a ping').to.deep.equal([
      '1',
      'voice',
      'voice',
      '2',
      'voice',
    ]);
  });

  it('pings each 100 ms while voice flows, and not in silence', async () => {
    const { client } = await stage.signedIn(1);
    const ear = new Ear(client);
    for (let frame = 0; frame < 25; frame++) {
      stage.voice.sendMany(packet(frame), Uint32Array.of(1), 1);
      await ear.until(() => ear.media.length === frame + 1);
      for (const id of ear.pings.splice(0)) ear.answer(id);
      stage.clock.advance(20);
    }
    await stage.clock.advanceAsync(5_000);
    stage.voice.sendMany(packet(25), Uint32Array.of(1), 1);
    await ear.until(() => ear.pings.at(-1) === 5 && ear.media.length === 26);
    expect(ear.media).to.have.length(26);
  });

  it('waits in a ring of 100 ms while the client does not read, and goes on with a pong', async () => {
    const pair = await stage.signedIn(1);
    const ear = new Ear(pair.client);
    const send = (seq: number, priority: number): void =>
      stage.voice.sendMany(packet(seq), Uint32Array.of(1), priority);
    send(0, 1);
    await ear.until(() => ear.pings.length === 1);
    stage.clock.advance(301);
    for (let seq = 1; seq <= 7; seq++) send(seq, seq === 2 ? 3 : 1);
    await stage.handled(pair);
    expect(ear.media, 'nothing goes out in between').to.have.length(1);
    expect(stage.counted('websocket.dropped.')).to.deep.equal({ stalled: 2 });
    ear.answer(0);
    await ear.until(() => ear.media.length === 6);
    const seqs = ear.media.map((each) => new DataView(each.buffer).getUint16(7));
    expect(seqs).to.deep.equal([0, 2, 4, 5, 6, 7]);
  });

  it('lets what waited for more than 100 ms fall', async () => {
    const pair = await stage.signedIn(1);
    const ear = new Ear(pair.client);
    stage.voice.sendMany(packet(0), Uint32Array.of(1), 1);
    await ear.until(() => ear.pings.length === 1);
    stage.clock.advance(301);
    stage.voice.sendMany(packet(1), Uint32Array.of(1), 1);
    stage.clock.advance(101);
    ear.answer(0);
    await stage.handled(pair);
    stage.voice.sendMany(packet(2), Uint32Array.of(1), 1);
    await ear.until(() => ear.media.length === 2);
    expect(new DataView((ear.media[1] as Uint8Array).buffer).getUint16(7)).to.equal(2);
    expect(stage.counted('websocket.dropped.')).to.deep.equal({ stalled: 1 });
  });

  it('of one slow listener delays nobody else', async () => {
    const slow = await stage.rawUpgrade();
    const connection = await waitFor(() => stage.control.accepted[0]);
    slow.pause();
    connection.peer.authenticated({ id: 'slow', handle: 7 });
    const ear = new Ear((await stage.signedIn(1)).client);
    for (let frame = 0; frame < 400; frame++) {
      stage.voice.sendMany(packet(frame, 1_000), Uint32Array.of(7, 1), 1);
      await ear.until(() => ear.media.length === frame + 1);
      for (const id of ear.pings.splice(0)) ear.answer(id);
      stage.clock.advance(20);
    }
    expect(connection.peer.queuedBytes).to.be.at.most(64 * 1024 + 2_000);
    const { stalled = 0 } = stage.counted('websocket.dropped.');
    expect(stalled, '16 frames went out before the ping was late, 5 wait').to.be.within(370, 385);
  });

  it('moves with the session to its newest connection', async () => {
    const before = await stage.signedIn(1);
    const after = await stage.signedIn(1);
    const ear = new Ear(after.client);
    const old = new Ear(before.client);
    before.client.close();
    await waitFor(() => before.connection.endings.length > 0);
    expect(stage.ingress.paths).to.deep.equal(['ready session-1', 'ready session-1']);
    stage.voice.sendMany(packet(), Uint32Array.of(1), 1);
    await ear.until(() => ear.media.length === 1);
    expect(old.media).to.have.length(0);
  });
});
