import { expect } from 'chai';
import {
  buildBundle,
  buildMessage,
  buildPing,
  PacketType,
  parseMessage,
  parsePing,
} from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { OWN_PING_IDS_FROM, WebSocketPath } from '../../src/voice/websocket-path.js';

interface Path {
  readonly path: WebSocketPath;
  readonly clock: FakeClock;
  readonly sent: { type: number; body: Uint8Array }[];
  readonly heard: Uint8Array[];
  readonly rejected: string[];
  readonly pongs: number[][];
}

function webSocketPath(): Path {
  const clock = createFakeClock();
  const sent: { type: number; body: Uint8Array }[] = [];
  const heard: Uint8Array[] = [];
  const rejected: string[] = [];
  const pongs: number[][] = [];
  const path = new WebSocketPath({
    clock,
    send: (bytes) => {
      const message = parseMessage(bytes);
      if (message.ok) sent.push({ type: message.type, body: message.body });
    },
    listener: {
      media: (body) => void heard.push(body.slice()),
      rejected: (reason) => void rejected.push(reason),
      pong: ({ id, ...counters }) => void pongs.push([id, ...Object.values(counters)]),
    },
  });
  return { path, clock, sent, heard, rejected, pongs };
}

const body = (n: number): Uint8Array => new Uint8Array(40).fill(n);
const countOf = (sent: Path['sent'], type: number): number =>
  sent.filter((message) => message.type === type).length;

describe('The WebSocket path', () => {
  it('sends voice at once, with a ping each 100 ms while it flows', () => {
    const { path, clock, sent } = webSocketPath();
    for (let i = 0; i < 10; i++) {
      path.send(body(i), 1, 20);
      clock.advance(20);
    }
    expect(countOf(sent, PacketType.media)).to.equal(10);
    expect(countOf(sent, PacketType.ping)).to.equal(2);
  });

  it('holds voice back while pings go unanswered for 300 ms, and sends no more than the last 100 ms of it', () => {
    const { path, clock, sent } = webSocketPath();
    for (let i = 0; i < 30; i++) {
      path.send(body(i), 1, 20);
      clock.advance(20);
    }
    const before = countOf(sent, PacketType.media);
    expect(before).to.be.within(15, 17);
    const ping = sent.find(({ type }) => type === PacketType.ping);
    const parsed = parsePing(ping?.body ?? new Uint8Array(0));
    const id = parsed.ok ? parsed.ping.id : -1;
    for (let answer = id; answer < id + 4; answer++) {
      path.receive(
        buildMessage(PacketType.pong, buildPing({ id: answer, mediaSent: 0, mediaReceived: 0 })),
      );
    }
    const after = sent.filter(({ type }) => type === PacketType.media);
    expect(after.length - before).to.be.at.most(5);
    expect(after.at(-1)?.body[0]).to.equal(29);
    expect(path.dropped).to.be.above(0);
  });

  it('answers pings with its own counters, and counts the frames of a bundle one by one', () => {
    const { path, sent, heard } = webSocketPath();
    path.send(body(1), 1, 20);
    path.receive(buildMessage(PacketType.media, body(2)));
    path.receive(buildMessage(PacketType.bundle, buildBundle([body(3), body(4)])));
    path.receive(
      buildMessage(PacketType.ping, buildPing({ id: 77, mediaSent: 3, mediaReceived: 1 })),
    );
    expect(heard.map(([n]) => n)).to.deep.equal([2, 3, 4]);
    const pong = sent.find(({ type }) => type === PacketType.pong);
    expect(parsePing(pong?.body ?? body(0))).to.deep.equal({
      ok: true,
      ping: { id: 77, mediaSent: 1, mediaReceived: 3 },
    });
  });

  it('pings for its owner too, and keeps these pongs from its own clock', () => {
    const { path, clock, sent, pongs } = webSocketPath();
    path.send(body(1), 1, 20);
    path.receive(buildMessage(PacketType.media, body(2)));
    expect(path.ping(OWN_PING_IDS_FROM)).to.equal(1);
    clock.advance(40);
    path.receive(
      buildMessage(
        PacketType.pong,
        buildPing({ id: OWN_PING_IDS_FROM, mediaSent: 5, mediaReceived: 1 }),
      ),
    );
    expect(pongs).to.deep.equal([[OWN_PING_IDS_FROM, 5, 1, 1]]);
    expect(path.rttMs).to.equal(null);
    expect(countOf(sent, PacketType.ping)).to.equal(2);
  });

  it('refuses what is no packet, by reason, and is deaf after close', () => {
    const { path, rejected, heard } = webSocketPath();
    path.receive(Uint8Array.of(0x0d, 0));
    path.receive(Uint8Array.of(0x09, 0));
    path.receive(Uint8Array.of(0x77));
    expect(rejected).to.deep.equal(['bundle:truncated', 'ping:badLength', 'unknownType']);
    path.close();
    path.receive(buildMessage(PacketType.media, body(2)));
    expect(heard).to.deep.equal([]);
  });
});
