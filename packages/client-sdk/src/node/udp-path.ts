import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { isIPv6 } from 'node:net';
import {
  buildDatagram,
  buildPing,
  buildProbe,
  createHopKey,
  decodeBase64,
  expandPacketNumber,
  PacketType,
  parseBundle,
  parseDatagram,
  parseMessage,
  parsePing,
  parseProbe,
  PROBE_CHALLENGE_BYTES,
  ProbeStep,
  ReplayWindow,
  type DatagramType,
  type HopKey,
} from '@sidetone/protocol';
import type { UdpPathParts } from '../client/platform.js';
import type { CancelTimer } from '../clock/clock.js';
import { clientError } from '../error/client-error.js';
import type { VoicePath } from '../voice/voice-path.js';
import { nextCount } from '../voice/websocket-path.js';
import { PingBook } from './ping-book.js';
import { plainBytes } from './plain-bytes.js';

/** When to ask whether datagrams pass, from the start. */
const PROBE_AT_MS = [0, 100, 300, 700, 1_500] as const;
/** After the last question an answer may take this long. */
const PROBE_PATIENCE_MS = 2_000;
const HOP_KEY_BYTES = 32;
const NO_CHALLENGE = new Uint8Array(PROBE_CHALLENGE_BYTES);

/**
 * Voice in datagrams. It asks until the server challenges, answers, and is ready from then on; it
 * asks again until the server has shown that it got the answer. Failed when that never happens, or
 * when the system reports the port unreachable.
 */
export class UdpPath implements VoicePath {
  readonly transport = 'udp';
  readonly #parts: UdpPathParts;
  readonly #uplinkKey: HopKey;
  readonly #downlinkKey: HopKey;
  readonly #window = new ReplayWindow();
  readonly #pings: PingBook;
  readonly #cancelTimers: CancelTimer[] = [];
  #socket: Socket | null = null;
  #nextPacketNumber = 0;
  #mediaSent = 0;
  #mediaReceived = 0;
  #status: 'probing' | 'ready' | 'closed' = 'probing';
  /** The server has our answer: it sends to a confirmed address only. */
  #proven = false;

  constructor(parts: UdpPathParts) {
    this.#parts = parts;
    this.#uplinkKey = createHopKey(keyBytes(parts.offer.uplinkKey));
    this.#downlinkKey = createHopKey(keyBytes(parts.offer.downlinkKey));
    this.#pings = new PingBook(parts.clock, (id) => this.#sendPing(PacketType.ping, id));
    this.#resolveAndOpen();
  }

  get rttMs(): number | null {
    return this.#pings.rttMs;
  }

  send(body: Uint8Array): void {
    if (this.#status !== 'ready') return;
    this.#mediaSent = nextCount(this.#mediaSent);
    this.#pings.mediaFlowed();
    this.#transmit(PacketType.media, body);
  }

  close(): void {
    if (this.#status === 'closed') return;
    this.#status = 'closed';
    for (const cancel of this.#cancelTimers) cancel();
    this.#pings.close();
    this.#socket?.close();
    this.#socket = null;
  }

  #resolveAndOpen(): void {
    const { offer, serverHost } = this.#parts;
    // Names are looked up here and not by the socket, which would ask again for every datagram.
    lookup(offer.host ?? serverHost, (error, address) => {
      if (this.#status === 'closed') return;
      if (error) this.#fail(`the server's host cannot be found: ${error.message}`);
      else this.#openSocket(address);
    });
  }

  #openSocket(address: string): void {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    this.#socket = socket;
    socket.on('error', (error) => this.#fail(error.message));
    // Connected: the system passes on datagrams of the server's address only, and says when the
    // port is unreachable.
    const connected = (error?: Error): void => {
      // Node tells it here and not as an `error` event; sending would throw from now on.
      if (error) this.#fail(error.message);
      else this.#startProbing();
    };
    socket.connect(this.#parts.offer.port, address, connected);
    socket.on('message', (datagram) => this.#receive(plainBytes(datagram)));
  }

  #startProbing(): void {
    if (this.#status === 'closed') return;
    const { clock } = this.#parts;
    for (const delayMs of PROBE_AT_MS) {
      this.#cancelTimers.push(clock.after(delayMs, () => this.#ask()));
    }
    const deadlineMs = Math.max(...PROBE_AT_MS) + PROBE_PATIENCE_MS;
    this.#cancelTimers.push(
      clock.after(deadlineMs, () => {
        if (!this.#proven) this.#fail('no answer came to five probes');
      }),
    );
  }

  /** Goes on after the challenge: our answer to it may have been lost. */
  #ask(): void {
    if (this.#status === 'closed' || this.#proven) return;
    this.#transmit(PacketType.probe, buildProbe({ step: ProbeStep.ask, challenge: NO_CHALLENGE }));
  }

  #receive(datagram: Uint8Array): void {
    if (this.#status === 'closed') return;
    const octet = datagram[0];
    if (octet === 0x08 || octet === 0x0d) return this.#receiveMedia(datagram);
    const parsed = parseDatagram(datagram);
    if (!parsed.ok) return this.#parts.listener.rejected(parsed.reason);
    const { type, connectionId, packetNumberLow, body } = parsed;
    if (connectionId !== this.#parts.offer.connectionId) {
      return this.#parts.listener.rejected('unknownConnection');
    }
    const packetNumber = expandPacketNumber(packetNumberLow, this.#window.highest);
    if (!this.#downlinkKey.verify(packetNumber, datagram)) {
      return this.#parts.listener.rejected('badTag');
    }
    if (!this.#window.accept(packetNumber)) return this.#parts.listener.rejected('replayed');
    this.#handle(type, body);
  }

  #receiveMedia(datagram: Uint8Array): void {
    const message = parseMessage(datagram);
    if (!message.ok) return this.#parts.listener.rejected(message.reason);
    if (message.type === PacketType.media) return this.#takeMedia(message.body);
    const bundle = parseBundle(message.body);
    if (!bundle.ok) return this.#parts.listener.rejected(`bundle:${bundle.reason}`);
    for (const body of bundle.bodies) this.#takeMedia(body);
  }

  #takeMedia(body: Uint8Array): void {
    this.#proven = true;
    this.#mediaReceived = nextCount(this.#mediaReceived);
    this.#pings.mediaFlowed();
    this.#parts.listener.media(body);
  }

  #handle(type: DatagramType, body: Uint8Array): void {
    switch (type) {
      case PacketType.probe:
        return this.#answerChallenge(body);
      case PacketType.ping: {
        const ping = parsePing(body);
        if (ping.ok) this.#sendPing(PacketType.pong, ping.ping.id);
        return;
      }
      case PacketType.pong: {
        const pong = parsePing(body);
        if (pong.ok && this.#pings.pong(pong.ping.id)) this.#proven = true;
        return;
      }
      case PacketType.media:
        return this.#parts.listener.rejected('wrongType');
    }
  }

  #answerChallenge(body: Uint8Array): void {
    const parsed = parseProbe(body);
    if (!parsed.ok) return this.#parts.listener.rejected(`probe:${parsed.reason}`);
    if (parsed.probe.step !== ProbeStep.challenge) {
      return this.#parts.listener.rejected('probe:wrongStep');
    }
    const { challenge } = parsed.probe;
    this.#transmit(PacketType.probe, buildProbe({ step: ProbeStep.answer, challenge }));
    // Its pong, which only a confirmed address gets, says that the answer has come.
    this.#pings.ping();
    if (this.#status !== 'probing') return;
    this.#status = 'ready';
    this.#pings.start();
    this.#parts.listener.ready();
  }

  #sendPing(type: typeof PacketType.ping | typeof PacketType.pong, id: number): void {
    const counters = { mediaSent: this.#mediaSent, mediaReceived: this.#mediaReceived };
    this.#transmit(type, buildPing({ id, ...counters }));
  }

  #transmit(type: DatagramType, body: Uint8Array): void {
    const { connectionId } = this.#parts.offer;
    const packetNumber = this.#nextPacketNumber++;
    const datagram = buildDatagram(type, connectionId, packetNumber, body, this.#uplinkKey);
    // Without a callback a failed send becomes an `error` event, as an unreachable port does.
    this.#socket?.send(datagram);
  }

  #fail(message: string): void {
    if (this.#status === 'closed') return;
    this.close();
    this.#parts.listener.failed(message);
  }
}

function keyBytes(text: string): Uint8Array {
  const key = decodeBase64(text, HOP_KEY_BYTES);
  if (key) return key;
  throw clientError('ERR_CLIENT_PROTOCOL', 'a hop key of the server is not 32 bytes long');
}
