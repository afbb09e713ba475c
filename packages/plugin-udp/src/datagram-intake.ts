import type { Clock, Logger, VoiceIngress, VoiceTransport } from '@sidetone/core';
import {
  buildPing,
  buildProbe,
  expandPacketNumber,
  PacketType,
  parseDatagram,
  parsePing,
  parseProbe,
  ProbeStep,
  type DatagramReject,
  type DatagramType,
} from '@sidetone/protocol';
import type { Connection } from './connection.js';
import type { ConnectionTable } from './connection-table.js';
import type { DropCounters, DropReason } from './drop-counters.js';
import { SourceLimiter } from './source-limiter.js';

interface DatagramIntakeParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly connections: ConnectionTable;
  readonly dropped: DropCounters;
  readonly transport: VoiceTransport;
  readonly ingress: VoiceIngress;
  readonly send: (bytes: Uint8Array, address: string, port: number) => void;
}

const UNREADABLE: Readonly<Record<DatagramReject, DropReason>> = {
  truncated: 'truncated',
  tooLong: 'oversize',
  foreign: 'foreign',
  reservedType: 'wrongType',
  serverOnlyType: 'wrongType',
};

/**
 * Judges what arrives, in the order of docs/protocol/udp.md: what is cheap to refuse comes first,
 * and nothing is remembered, answered or passed on before the tag has proved whose datagram it is.
 */
export class DatagramIntake {
  readonly #parts: DatagramIntakeParts;
  readonly #sources = new SourceLimiter();
  #failed = false;

  constructor(parts: DatagramIntakeParts) {
    this.#parts = parts;
  }

  /** Never throws: one datagram must not end the process, whatever it turns out to break. */
  receive(bytes: Uint8Array, address: string, port: number): void {
    try {
      this.#judge(bytes, address, port);
    } catch (error) {
      const { dropped, log } = this.#parts;
      dropped.failed.add();
      // The first tells what is broken; the counter tells how often.
      if (!this.#failed) log.error('a datagram could not be handled', { error });
      this.#failed = true;
    }
  }

  #judge(bytes: Uint8Array, address: string, port: number): void {
    const { connections, clock, dropped } = this.#parts;
    // RFC 768 allows it for whoever wants no answer, and to send there is an exception.
    if (port === 0) return dropped.noPort.add();
    const datagram = parseDatagram(bytes);
    if (!datagram.ok) return dropped[UNREADABLE[datagram.reason]].add();
    const connection = connections.byId(datagram.connectionId);
    if (connection === undefined) return dropped.unknownConnection.add();
    const confirmed = connection.isAt(address, port);
    if (!confirmed && !this.#sources.allows(address, clock.now())) {
      return dropped.sourceLimited.add();
    }
    const { window, uplink } = connection;
    const packetNumber = expandPacketNumber(datagram.packetNumberLow, window.highest);
    if (!uplink.verify(packetNumber, bytes)) return dropped.badTag.add();
    if (!window.accept(packetNumber)) return dropped.replayed.add();
    this.#dispatch(connection, datagram.type, datagram.body, { address, port, confirmed });
  }

  #dispatch(connection: Connection, type: DatagramType, body: Uint8Array, from: Origin): void {
    switch (type) {
      case PacketType.media:
        return this.#media(connection, body, from);
      case PacketType.ping:
        return this.#ping(connection, body, from);
      case PacketType.probe:
        return this.#probe(connection, body, from);
      case PacketType.pong:
        return this.#parts.dropped.unexpected.add();
    }
  }

  #media(connection: Connection, body: Uint8Array, from: Origin): void {
    const { dropped, ingress, transport } = this.#parts;
    if (!from.confirmed) return dropped.unconfirmedAddress.add();
    connection.mediaReceived += 1;
    ingress.receive(connection.session, transport, body);
  }

  #ping(connection: Connection, body: Uint8Array, from: Origin): void {
    const { dropped, clock, send } = this.#parts;
    const parsed = parsePing(body);
    if (!parsed.ok) return dropped.malformed.add();
    if (!from.confirmed) return dropped.unconfirmedAddress.add();
    if (!connection.pings.take(clock.now())) return dropped.pingLimited.add();
    const pong = buildPing({
      id: parsed.ping.id,
      mediaSent: connection.mediaSent >>> 0,
      mediaReceived: connection.mediaReceived >>> 0,
    });
    send(connection.datagram(PacketType.pong, pong), from.address, from.port);
  }

  #probe(connection: Connection, body: Uint8Array, from: Origin): void {
    const { dropped } = this.#parts;
    const parsed = parseProbe(body);
    if (!parsed.ok) return dropped.malformed.add();
    const { step, challenge } = parsed.probe;
    switch (step) {
      case ProbeStep.ask:
        return this.#challenge(connection, from);
      case ProbeStep.answer:
        return this.#confirm(connection, challenge, from);
      case ProbeStep.challenge:
        return dropped.unexpected.add();
    }
  }

  #challenge(connection: Connection, { address, port }: Origin): void {
    const { dropped, clock, send } = this.#parts;
    const challenge = connection.check.challenge(address, port, clock.now());
    if (challenge === null) return dropped.challengeLimited.add();
    const probe = buildProbe({ step: ProbeStep.challenge, challenge });
    send(connection.datagram(PacketType.probe, probe), address, port);
  }

  #confirm(connection: Connection, answer: Uint8Array, { address, port, confirmed }: Origin): void {
    const { dropped, clock, ingress, transport } = this.#parts;
    // Clients repeat an answer that may have been lost.
    if (confirmed) return;
    if (!connection.check.confirms(answer, address, port, clock.now())) {
      return dropped.wrongAnswer.add();
    }
    connection.moveTo(address, port);
    ingress.pathReady(connection.session, transport);
  }
}

/** Where a datagram came from, and whether the session has confirmed that address. */
interface Origin {
  readonly address: string;
  readonly port: number;
  readonly confirmed: boolean;
}
