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
import { UdpPath } from '../../src/node/udp-path.js';

const CONNECTION_ID = 0xdead_beef;
const uplink = new Uint8Array(32).fill(1);
const downlink = new Uint8Array(32).fill(2);
const CHALLENGE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const MEDIA = new Uint8Array(40).fill(9);
const challenge = (): Uint8Array => buildProbe({ step: ProbeStep.challenge, challenge: CHALLENGE });

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

  /** @param nth to where the datagram of this index came from */
  raw(bytes: Uint8Array, nth = 0): void {
    const to = this.seen.at(nth)?.from;
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

function pathTo(host: string | null, port: number, told: string[], clock: FakeClock): UdpPath {
  const path = new UdpPath({
    offer: {
      transport: 'udp',
      host,
      port,
      connectionId: CONNECTION_ID,
      uplinkKey: encodeBase64(uplink),
      downlinkKey: encodeBase64(downlink),
    },
    serverHost: () => '127.0.0.1',
    clock,
    listener: {
      media: (body) => void told.push(`media ${body[0]}`),
      pong: ({ id, ...counters }) => void told.push(`pong ${id} ${Object.values(counters).join()}`),
      opened: () => void told.push('opened'),
      challenged: () => void told.push('challenged'),
      failed: (message) => void told.push(`failed: ${message}`),
      rejected: (reason) => void told.push(reason),
    },
  });
  opened.push(path);
  return path;
}

/** With a socket, and one question sent, so that the server knows where to. */
async function udp(): Promise<Udp> {
  const server = new UdpServer();
  const port = await server.open();
  opened.push(server);
  const clock = createFakeClock();
  const told: string[] = [];
  const path = pathTo(null, port, told, clock);
  path.renew();
  await waitFor(() => told.includes('opened'));
  path.ask();
  await waitFor(() => server.seen.length === 1);
  told.length = 0;
  return { server, path, clock, told, port };
}

describe('The UDP path', () => {
  afterEach(() => {
    for (const each of opened.splice(0)) each.close();
  });

  it('sends nothing before it has a socket', async () => {
    const server = new UdpServer();
    const port = await server.open();
    opened.push(server);
    const told: string[] = [];
    const path = pathTo(null, port, told, createFakeClock());
    path.ask();
    path.renew();
    path.ask();
    await waitFor(() => told.includes('opened'));
    path.ask();
    await waitFor(() => server.seen.length === 1);
    // Numbers that were given to what nobody could send are not given again.
    expect(server.seen[0]?.number).to.equal(2);
  });

  it('answers a challenge with its bytes and says so', async () => {
    const { server, told } = await udp();
    server.send(PacketType.probe, challenge());
    await waitFor(() => server.ofType(PacketType.probe).length === 2);
    const answer = parseProbe(server.ofType(PacketType.probe)[1]?.body ?? new Uint8Array(0));
    expect(answer.ok && answer.probe.step).to.equal(ProbeStep.answer);
    expect(answer.ok && [...answer.probe.challenge]).to.deep.equal([...CHALLENGE]);
    expect(told).to.deep.equal(['challenged']);
  });

  it('goes on with packet numbers and counters over a new socket', async () => {
    const { server, path, told } = await udp();
    path.send(MEDIA);
    expect(path.ping(7)).to.equal(1);
    await waitFor(() => server.seen.length === 3);
    path.renew();
    path.send(MEDIA);
    await waitFor(() => told.includes('opened'));
    path.send(MEDIA);
    expect(path.ping(8)).to.equal(3);
    await waitFor(() => server.seen.length === 6);
    const ports = server.seen.map(({ from }) => from.port);
    // Until the new one is there the old one sends.
    expect(new Set(ports.slice(0, 4)).size).to.equal(1);
    expect(ports[4]).to.not.equal(ports[3]);
    expect(server.seen.map(({ number }) => number)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect(server.seen.every(({ tagFits }) => tagFits)).to.equal(true);
    const ping = parsePing(server.seen[5]?.body ?? new Uint8Array(0));
    expect(ping.ok && ping.ping).to.deep.equal({ id: 8, mediaSent: 3, mediaReceived: 0 });
  });

  it('hears the old socket for 2 s more, and answers no challenge there', async () => {
    const { server, path, clock, told } = await udp();
    path.renew();
    await waitFor(() => told.includes('opened'));
    path.ask();
    await waitFor(() => server.seen.length === 2);
    server.raw(Uint8Array.of(0x08, 41));
    await waitFor(() => told.includes('media 41'));
    server.send(PacketType.probe, challenge());
    server.send(PacketType.ping, buildPing({ id: 1, mediaSent: 0, mediaReceived: 0 }));
    await waitFor(() => server.ofType(PacketType.pong).length === 1);
    expect(server.ofType(PacketType.probe), 'no answer').to.have.length(2);
    expect(told).to.not.include('challenged');
    clock.advance(2_000);
    server.raw(Uint8Array.of(0x08, 42));
    server.raw(Uint8Array.of(0x08, 43), 1);
    await waitFor(() => told.includes('media 43'));
    expect(told).to.not.include('media 42');
  });

  it('does not take one renewal for two', async () => {
    const { server, path, told } = await udp();
    path.renew();
    path.renew();
    await waitFor(() => told.includes('opened'));
    path.ask();
    await waitFor(() => server.seen.length === 2);
    expect(told).to.deep.equal(['opened']);
  });

  it('says that it failed when the system refuses the address that the server names', async () => {
    const told: string[] = [];
    // Nobody may send there without asking; nothing is sent there.
    pathTo('255.255.255.255', 9, told, createFakeClock()).renew();
    await waitFor(() => told.length > 0);
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/^failed: .*EACCES/);
  });

  it('says that it failed when the port is unreachable, and works again from a new socket', async () => {
    const { server, path, told } = await udp();
    server.close();
    opened.splice(opened.indexOf(server), 1);
    await waitFor(() => {
      path.send(MEDIA);
      return told.some((each) => each.includes('ECONNREFUSED'));
    });
    path.send(MEDIA);
    expect(told.filter((each) => each.startsWith('failed'))).to.have.length(1);
    path.renew();
    await waitFor(() => told.includes('opened'));
  });

  it('tells nothing and sends nothing after it was closed', async () => {
    const { server, path, clock, told } = await udp();
    path.renew();
    path.close();
    path.renew();
    path.ask();
    server.raw(Uint8Array.of(0x08, 41));
    const { server: other, path: alive, told: heard } = await udp();
    alive.ask();
    await waitFor(() => other.seen.length === 2);
    expect([told, heard]).to.deep.equal([[], []]);
    expect(server.seen).to.have.length(1);
    expect(clock.pending).to.equal(0);
  });

  it('believes no challenge with a foreign tag, a used number or another connection', async () => {
    const { server, told } = await udp();
    server.send(PacketType.probe, challenge(), { key: new Uint8Array(32).fill(7) });
    await waitFor(() => told.length === 1);
    server.raw(buildDatagram(PacketType.probe, 1, 0, challenge(), createHopKey(downlink)));
    await waitFor(() => told.length === 2);
    server.send(PacketType.ping, buildPing({ id: 1, mediaSent: 0, mediaReceived: 0 }), {
      number: 5,
    });
    await waitFor(() => server.ofType(PacketType.pong).length === 1);
    server.send(PacketType.probe, challenge(), { number: 5 });
    await waitFor(() => told.length === 3);
    server.send(PacketType.probe, buildProbe({ step: ProbeStep.answer, challenge: CHALLENGE }), {
      number: 6,
    });
    await waitFor(() => told.length === 4);
    expect(told).to.deep.equal(['badTag', 'unknownConnection', 'replayed', 'probe:wrongStep']);
  });

  it('takes media without header, counts it, and answers pings with the counts', async () => {
    const { server, path, told } = await udp();
    path.send(MEDIA);
    server.raw(Uint8Array.of(0x08, 41));
    server.raw(Uint8Array.of(0x08, 42));
    server.raw(Uint8Array.of(0x0f, 1));
    await waitFor(() => told.length === 3);
    expect(told).to.deep.equal(['media 41', 'media 42', 'reservedType']);
    server.send(PacketType.ping, buildPing({ id: 5, mediaSent: 9, mediaReceived: 9 }));
    const pong = await waitFor(() => server.ofType(PacketType.pong)[0]);
    expect(parsePing(pong.body)).to.deep.equal({
      ok: true,
      ping: { id: 5, mediaSent: 1, mediaReceived: 2 },
    });
    server.send(PacketType.pong, buildPing({ id: 6, mediaSent: 3, mediaReceived: 1 }));
    await waitFor(() => told.includes('pong 6 3,1,2'));
  });

  it('hears nobody but the server', async () => {
    const { server, told } = await udp();
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
