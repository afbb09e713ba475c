import {
  buildPing,
  buildProbe,
  PacketType,
  parseBundle,
  parseMessage,
  parsePing,
  parseProbe,
  PROBE_CHALLENGE_BYTES,
  ProbeStep,
  type DatagramType,
} from '@sidetone/protocol';
import type { UdpPathParts } from '../client/platform.js';
import type { DatagramPath, DatagramPathListener } from '../voice/datagram-path.js';
import { nextCount } from '../voice/websocket-path.js';
import { HopState } from './hop-state.js';
import { UdpSockets } from './udp-sockets.js';

const NO_CHALLENGE = new Uint8Array(PROBE_CHALLENGE_BYTES);
const MEDIA_OCTET = 0x08;
const BUNDLE_OCTET = 0x0d;

/** Voice in datagrams. Numbers and counters belong to the session and go on over new sockets. */
export class UdpPath implements DatagramPath {
  readonly #listener: DatagramPathListener;
  readonly #hop: HopState;
  readonly #sockets: UdpSockets;
  #mediaSent = 0;
  #mediaReceived = 0;
  #closed = false;

  constructor({ offer, serverHost, clock, listener }: UdpPathParts) {
    this.#listener = listener;
    this.#hop = new HopState(offer);
    this.#sockets = new UdpSockets({
      clock,
      host: () => offer.host ?? serverHost(),
      port: offer.port,
      listener: {
        opened: () => listener.opened(),
        received: (datagram, current) => this.#receive(datagram, current),
        failed: (message) => listener.failed(message),
      },
    });
  }

  renew(): void {
    if (!this.#closed) this.#sockets.renew();
  }

  ask(): void {
    this.#transmit(PacketType.probe, buildProbe({ step: ProbeStep.ask, challenge: NO_CHALLENGE }));
  }

  send(body: Uint8Array): void {
    if (this.#closed) return;
    this.#mediaSent = nextCount(this.#mediaSent);
    this.#transmit(PacketType.media, body);
  }

  ping(id: number): number {
    this.#sendPing(PacketType.ping, id);
    return this.#mediaSent;
  }

  close(): void {
    this.#closed = true;
    this.#sockets.close();
  }

  #receive(datagram: Uint8Array, current: boolean): void {
    if (this.#closed) return;
    const octet = datagram[0];
    if (octet === MEDIA_OCTET || octet === BUNDLE_OCTET) return this.#receiveMedia(datagram);
    const reading = this.#hop.read(datagram);
    if (!reading.ok) return this.#listener.rejected(reading.reason);
    this.#handle(reading.type, reading.body, current);
  }

  #receiveMedia(datagram: Uint8Array): void {
    const message = parseMessage(datagram);
    if (!message.ok) return this.#listener.rejected(message.reason);
    if (message.type === PacketType.media) return this.#takeMedia(message.body);
    const bundle = parseBundle(message.body);
    if (!bundle.ok) return this.#listener.rejected(`bundle:${bundle.reason}`);
    for (const body of bundle.bodies) this.#takeMedia(body);
  }

  #takeMedia(body: Uint8Array): void {
    this.#mediaReceived = nextCount(this.#mediaReceived);
    this.#listener.media(body);
  }

  #handle(type: DatagramType, body: Uint8Array, current: boolean): void {
    switch (type) {
      case PacketType.probe:
        // On the socket before this one an answer would tell the server to stay there.
        if (current) this.#answerChallenge(body);
        return;
      case PacketType.ping:
        return this.#answerPing(body);
      case PacketType.pong:
        return this.#receivePong(body);
      case PacketType.media:
        return this.#listener.rejected('wrongType');
    }
  }

  #answerPing(body: Uint8Array): void {
    const parsed = parsePing(body);
    if (!parsed.ok) return this.#listener.rejected(`ping:${parsed.reason}`);
    this.#sendPing(PacketType.pong, parsed.ping.id);
  }

  #receivePong(body: Uint8Array): void {
    const parsed = parsePing(body);
    if (!parsed.ok) return this.#listener.rejected(`pong:${parsed.reason}`);
    this.#listener.pong({ ...parsed.ping, mediaReceivedHere: this.#mediaReceived });
  }

  #answerChallenge(body: Uint8Array): void {
    const parsed = parseProbe(body);
    if (!parsed.ok) return this.#listener.rejected(`probe:${parsed.reason}`);
    if (parsed.probe.step !== ProbeStep.challenge) {
      return this.#listener.rejected('probe:wrongStep');
    }
    const { challenge } = parsed.probe;
    this.#transmit(PacketType.probe, buildProbe({ step: ProbeStep.answer, challenge }));
    this.#listener.challenged();
  }

  #sendPing(type: typeof PacketType.ping | typeof PacketType.pong, id: number): void {
    const counters = { mediaSent: this.#mediaSent, mediaReceived: this.#mediaReceived };
    this.#transmit(type, buildPing({ id, ...counters }));
  }

  #transmit(type: DatagramType, body: Uint8Array): void {
    this.#sockets.send(this.#hop.seal(type, body));
  }
}
