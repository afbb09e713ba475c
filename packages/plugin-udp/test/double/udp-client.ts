import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  buildDatagram,
  buildPing,
  buildProbe,
  createHopKey,
  decodeBase64,
  PacketType,
  parseDatagram,
  parsePing,
  parseProbe,
  ProbeStep,
  typeOctet,
  type DatagramType,
  type HopKey,
  type Ping,
  type VoiceOffer,
} from '@sidetone/protocol';

type UdpOffer = Extract<VoiceOffer, { transport: 'udp' }>;

const NO_CHALLENGE = new Uint8Array(8);

/** A client's end of the path, with a socket of its own and everything it got from the server. */
export class UdpClient {
  readonly offer: UdpOffer;
  readonly received: Buffer[] = [];
  /** Of the session: all its sockets count on. */
  readonly #numbers: { next: number };
  readonly #socket: Socket;
  #closed = false;
  readonly #uplink: HopKey;
  readonly #downlink: HopKey;

  private constructor(offer: VoiceOffer | null, socket: Socket, numbers = { next: 0 }) {
    if (offer?.transport !== 'udp') throw new Error('no offer for UDP');
    this.offer = offer;
    this.#socket = socket;
    this.#numbers = numbers;
    this.#uplink = createHopKey(decodeBase64(offer.uplinkKey, 32) as Uint8Array);
    this.#downlink = createHopKey(decodeBase64(offer.downlinkKey, 32) as Uint8Array);
    socket.on('message', (bytes) => this.received.push(bytes));
  }

  static async open(offer: VoiceOffer | null, host = '127.0.0.1'): Promise<UdpClient> {
    const socket = await bound(host);
    return new UdpClient(offer, socket);
  }

  /** Another socket of the same client. */
  async elsewhere(host = '127.0.0.1'): Promise<UdpClient> {
    const socket = await bound(host);
    return new UdpClient(this.offer, socket, this.#numbers);
  }

  get nextPacketNumber(): number {
    return this.#numbers.next;
  }

  set nextPacketNumber(next: number) {
    this.#numbers.next = next;
  }

  /** Idempotent. */
  close(): void {
    if (!this.#closed) this.#socket.close();
    this.#closed = true;
  }

  /** A datagram with the next packet number and a valid tag, as a client makes it. */
  datagram(type: DatagramType, body: Uint8Array, number = this.nextPacketNumber++): Uint8Array {
    return buildDatagram(type, this.offer.connectionId, number, body, this.#uplink);
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes, this.offer.port, '127.0.0.1');
  }

  async next(): Promise<Buffer> {
    const at = this.received.length;
    await once(this.#socket, 'message');
    return this.received[at] as Buffer;
  }

  /** The bytes of the next challenge; pongs may be ahead of it. */
  async nextChallenge(): Promise<Uint8Array> {
    let datagram = await this.next();
    while (datagram[0] === typeOctet(PacketType.pong)) datagram = await this.next();
    return this.readChallenge(datagram);
  }

  ask(): Uint8Array {
    return this.datagram(
      PacketType.probe,
      buildProbe({ step: ProbeStep.ask, challenge: NO_CHALLENGE }),
    );
  }

  answer(challenge: Uint8Array): Uint8Array {
    return this.datagram(PacketType.probe, buildProbe({ step: ProbeStep.answer, challenge }));
  }

  async challenge(): Promise<Uint8Array> {
    const reply = this.next();
    this.send(this.ask());
    return this.readChallenge(await reply);
  }

  readChallenge(bytes: Uint8Array): Uint8Array {
    const probe = parseProbe(this.#open(bytes, PacketType.probe));
    if (!probe.ok || probe.probe.step !== ProbeStep.challenge) throw new Error('no challenge');
    return probe.probe.challenge.slice();
  }

  /** Goes through the whole probe; afterwards the server sends voice here. */
  async confirm(): Promise<void> {
    this.send(this.answer(await this.challenge()));
    await this.ping();
  }

  /** What was sent before it has been handled when the pong is here; other datagrams may be first. */
  async ping(id = 7): Promise<Ping> {
    let at = this.received.length;
    const body = buildPing({ id, mediaSent: 0, mediaReceived: 0 });
    this.send(this.datagram(PacketType.ping, body));
    for (;;) {
      if (at === this.received.length) await once(this.#socket, 'message');
      const bytes = this.received[at++] as Buffer;
      if (bytes[0] !== typeOctet(PacketType.pong)) continue;
      const pong = parsePing(this.#open(bytes, PacketType.pong));
      if (!pong.ok) throw new Error('no pong');
      return pong.ping;
    }
  }

  /** The body of a tagged datagram of the server, whose tag and type it checks. */
  #open(bytes: Uint8Array, type: DatagramType): Uint8Array {
    const datagram = parseDatagram(bytes);
    if (!datagram.ok || datagram.type !== type) throw new Error('not the type expected');
    if (datagram.connectionId !== this.offer.connectionId) throw new Error('another connection');
    if (!this.#downlink.verify(datagram.packetNumberLow, bytes)) throw new Error('wrong tag');
    return datagram.body;
  }
}

async function bound(host: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, host);
  await once(socket, 'listening');
  return socket;
}
