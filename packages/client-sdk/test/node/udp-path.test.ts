import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect } from 'chai';
import {
  buildDatagram,
  buildPing,
  buildProbe,
  createHopKey,
  encodeBase64,
  PacketType,
  parseDatagram,
  parsePing,
  parseProbe,
  ProbeStep,
  type DatagramType,
} from '@sidetone/protocol';
import { createFakeClock, waitFor, type FakeClock } from '@sidetone/testkit';
import { PingBook } from '../../src/node/ping-book.js';
import { UdpPath } from '../../src/node/udp-path.js';

const CONNECTION_ID = 0xdead_beef;
const uplink = new Uint8Array(32).fill(1);
const downlink = new Uint8Array(32).fill(2);
const CHALLENGE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const MEDIA = new Uint8Array(40).fill(9);

interface Seen {
  readonly type: number;
  readonly body: Uint8Array;
  readonly number: number;
  readonly tagFits: boolean;
  readonly from: RemoteInfo;
}

/** The server's end of the path, with the socket it really has. */
class UdpServer {
  readonly seen: Seen[] = [];
  readonly #socket: Socket = createSocket('udp4');
  readonly #uplinkKey = createHopKey(uplink);
  readonly #downlinkKey = createHopKey(downlink);
  #nextNumber = 0;

  async open(): Promise<number> {
    this.#socket.on('message', (bytes, from) => {
      const parsed = parseDatagram(bytes);
      if (!parsed.ok) throw new Error(parsed.reason);
      const { type, body, packetNumberLow: number } = parsed;
      this.seen.push({
        type,
        body: body.slice(),
        number,
        from,
        tagFits: this.#uplinkKey.verify(number, bytes),
      });
    });
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return this.#socket.address().port;
  }

  ofType(type: number): readonly Seen[] {
    return this.seen.filter((each) => each.type === type);
  }

  /** With header and tag. */
  send(
    type: DatagramType,
    body: Uint8Array,
    options: { key?: Uint8Array; number?: number } = {},
  ): void {
    const number = options.number ?? this.#nextNumber++;
    const key = options.key ? createHopKey(options.key) : this.#downlinkKey;
    this.raw(buildDatagram(type, CONNECTION_ID, number, body, key));
  }

  raw(bytes: Uint8Array): void {
    const to = this.seen[0]?.from;
    if (to) this.#socket.send(bytes, to.port, to.address);
  }

  close(): void {
    this.#socket.close();
  }
}

interface Udp {
  readonly server: UdpServer;
  readonly path: UdpPath;
  readonly clock: FakeClock;
  readonly told: string[];
  readonly port: number;
}

const opened: { close(): void }[] = [];

async function udp(): Promise<Udp> {
  const server = new UdpServer();
  const port = await server.open();
  const clock = createFakeClock();
  const told: string[] = [];
  const path = new UdpPath({
    offer: {
      transport: 'udp',
      host: null,
      port,
      connectionId: CONNECTION_ID,
      uplinkKey: encodeBase64(uplink),
      downlinkKey: encodeBase64(downlink),
    },
    serverHost: '127.0.0.1',
    clock,
    listener: {
      media: (body) => void told.push(`media ${body[0]}`),
      ready: () => void told.push('ready'),
      failed: (message) => void told.push(`failed: ${message}`),
      rejected: (reason) => void told.push(reason),
    },
  });
  opened.push(server, path);
  // Name lookup and socket are real, time is not: the first probe is due when they are there.
  await waitFor(() => clock.pending >= 6);
  clock.advance(0);
  await waitFor(() => server.seen.length === 1);
  return { server, path, clock, told, port };
}

/** A path to where the system lets nobody send without asking; it sends nothing there either. */
function forbiddenUdp(): { readonly clock: FakeClock; readonly told: string[] } {
  const clock = createFakeClock();
  const told: string[] = [];
  const path = new UdpPath({
    offer: {
      transport: 'udp',
      host: '255.255.255.255',
      port: 9,
      connectionId: CONNECTION_ID,
      uplinkKey: encodeBase64(uplink),
      downlinkKey: encodeBase64(downlink),
    },
    serverHost: '127.0.0.1',
    clock,
    listener: {
      media: () => void told.push('media'),
      ready: () => void told.push('ready'),
      failed: (message) => void told.push(`failed: ${message}`),
      rejected: (reason) => void told.push(reason),
    },
  });
  opened.push(path);
  return { clock, told };
}

async function readyUdp(): Promise<Udp> {
  const all = await udp();
  all.server.send(
    PacketType.probe,
    buildProbe({ step: ProbeStep.challenge, challenge: CHALLENGE }),
  );
  await waitFor(() => all.told.includes('ready'));
  return all;
}

describe('The UDP path', () => {
  afterEach(() => {
    for (const each of opened.splice(0)) each.close();
  });

  it('asks at 0, 100, 300, 700 and 1,500 ms, each time with a new number and a tag', async () => {
    const { server, clock } = await udp();
    for (const [at, count] of [
      [99, 1],
      [100, 2],
      [299, 2],
      [300, 3],
      [700, 4],
      [1_500, 5],
    ] as const) {
      clock.advance(at - clock.now());
      await waitFor(() => server.seen.length >= count);
      expect(server.seen, `at ${at} ms`).to.have.length(count);
    }
    expect(server.seen.map(({ number }) => number)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(server.seen.every(({ tagFits }) => tagFits)).to.equal(true);
  });

  it('answers the challenge and is ready from then on', async () => {
    const { server, path, clock } = await udp();
    path.send(MEDIA);
    server.send(PacketType.probe, buildProbe({ step: ProbeStep.challenge, challenge: CHALLENGE }));
    await waitFor(() => server.ofType(PacketType.probe).length === 2);
    const answer = parseProbe(server.ofType(PacketType.probe)[1]?.body ?? new Uint8Array(0));
    expect(answer.ok && answer.probe.step).to.equal(ProbeStep.answer);
    expect(answer.ok && [...answer.probe.challenge]).to.deep.equal([...CHALLENGE]);
    path.send(MEDIA);
    await waitFor(() => server.ofType(PacketType.media).length === 1);
    // The pong shows that the server has the answer: no more questions.
    const ping = parsePing(server.ofType(PacketType.ping)[0]?.body ?? new Uint8Array(0));
    const id = ping.ok ? ping.ping.id : -1;
    server.send(PacketType.pong, buildPing({ id, mediaSent: 0, mediaReceived: 0 }));
    await waitFor(() => path.rttMs !== null);
    clock.advance(2_000);
    await waitFor(() => server.ofType(PacketType.ping).length >= 2);
    expect(server.ofType(PacketType.probe)).to.have.length(2);
    expect(server.seen.every(({ tagFits }) => tagFits)).to.equal(true);
    const numbers = server.seen.map(({ number }) => number);
    expect(numbers).to.deep.equal([...numbers.keys()]);
  });

  it('asks and answers again while the server does not show that it has the answer', async () => {
    const { server, clock, told } = await readyUdp();
    await waitFor(() => server.ofType(PacketType.probe).length === 2);
    clock.advance(100);
    await waitFor(() => server.ofType(PacketType.probe).length === 3);
    server.send(PacketType.probe, buildProbe({ step: ProbeStep.challenge, challenge: CHALLENGE }));
    await waitFor(() => server.ofType(PacketType.probe).length === 4);
    expect(told).to.deep.equal(['ready']);
    clock.advance(3_400);
    await waitFor(() => told.length === 2);
    expect(told[1]).to.match(/^failed/);
  });

  it('says that it failed when nobody answers, and lets everything go', async () => {
    const { clock, told } = await udp();
    clock.advance(3_500);
    expect(told).to.deep.equal(['failed: no answer came to five probes']);
    expect(clock.pending).to.equal(0);
  });

  it('says that it failed when the system refuses the address that the server names', async () => {
    const { clock, told } = forbiddenUdp();
    await waitFor(() => told.length > 0 || clock.pending > 1);
    clock.advance(0);
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/^failed: .*EACCES/);
    expect(clock.pending).to.equal(0);
  });

  it('says that it failed when the port is unreachable', async () => {
    const { server, path, told } = await readyUdp();
    server.close();
    opened.splice(0, 1);
    await waitFor(() => {
      path.send(MEDIA);
      return told.some((each) => each.includes('ECONNREFUSED'));
    });
    expect(told.filter((each) => each.startsWith('failed'))).to.have.length(1);
  });

  it('believes no challenge with a foreign tag, a used number or another connection', async () => {
    const { server, told } = await udp();
    const challenge = buildProbe({ step: ProbeStep.challenge, challenge: CHALLENGE });
    server.send(PacketType.probe, challenge, { key: new Uint8Array(32).fill(7) });
    await waitFor(() => told.length === 1);
    server.raw(buildDatagram(PacketType.probe, 1, 0, challenge, createHopKey(downlink)));
    await waitFor(() => told.length === 2);
    server.send(PacketType.ping, buildPing({ id: 1, mediaSent: 0, mediaReceived: 0 }), {
      number: 5,
    });
    await waitFor(() => server.ofType(PacketType.pong).length === 1);
    server.send(PacketType.probe, challenge, { number: 5 });
    await waitFor(() => told.length === 3);
    server.send(PacketType.probe, buildProbe({ step: ProbeStep.answer, challenge: CHALLENGE }), {
      number: 6,
    });
    await waitFor(() => told.length === 4);
    expect(told).to.deep.equal(['badTag', 'unknownConnection', 'replayed', 'probe:wrongStep']);
  });

  it('takes media without header, counts it, and answers pings with the counts', async () => {
    const { server, path, told } = await readyUdp();
    path.send(MEDIA);
    server.raw(Uint8Array.of(0x08, 41));
    server.raw(Uint8Array.of(0x08, 42));
    server.raw(Uint8Array.of(0x0f, 1));
    await waitFor(() => told.length === 4);
    expect(told.slice(1)).to.deep.equal(['media 41', 'media 42', 'reservedType']);
    server.send(PacketType.ping, buildPing({ id: 5, mediaSent: 9, mediaReceived: 9 }));
    const pong = await waitFor(() => server.ofType(PacketType.pong)[0]);
    expect(parsePing(pong.body)).to.deep.equal({
      ok: true,
      ping: { id: 5, mediaSent: 1, mediaReceived: 2 },
    });
  });

  it('hears nobody but the server', async () => {
    const { server, told } = await readyUdp();
    const stranger = createSocket('udp4');
    opened.push(stranger);
    stranger.bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    const client = server.seen[0]?.from;
    await new Promise((sent) =>
      stranger.send(Uint8Array.of(0x08, 66), client?.port ?? 0, '127.0.0.1', sent),
    );
    server.raw(Uint8Array.of(0x08, 43));
    await waitFor(() => told.includes('media 43'));
    expect(told).to.not.include('media 66');
  });
});

describe('The pings of a path', () => {
  it('go out each second while media flows and each 15 s else, and measure the way', () => {
    const clock = createFakeClock();
    const sent: [number, number][] = [];
    const pings = new PingBook(clock, (id) => void sent.push([clock.now(), id]));
    pings.start();
    pings.ping();
    clock.advance(14_999);
    expect(sent).to.deep.equal([[0, 0]]);
    clock.advance(1);
    expect(sent).to.have.length(2);
    for (let i = 0; i < 30; i++) {
      pings.mediaFlowed();
      clock.advance(100);
    }
    expect(sent.map(([at]) => at)).to.deep.equal([0, 15_000, 16_000, 17_000, 18_000]);
    clock.advance(40);
    expect(pings.pong(4)).to.equal(true);
    expect(pings.rttMs).to.equal(40);
    expect(pings.pong(4)).to.equal(false);
    expect(pings.pong(4_711)).to.equal(false);
    expect(pings.rttMs).to.equal(40);
    pings.close();
    expect(clock.pending).to.equal(0);
  });
});
