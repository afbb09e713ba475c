import type { Logger } from '@sidetone/core';
import {
  buildPing,
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
import type { DropReason } from './drop-counters.js';
import { PathKeeper, type PathKeeperParts } from './path-keeper.js';
import { SourceLimiter } from './source-limiter.js';

interface DatagramIntakeParts extends PathKeeperParts {
  readonly log: Logger;
  readonly connections: ConnectionTable;
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
  readonly #keeper: PathKeeper;
  #failed = false;

  constructor(parts: DatagramIntakeParts) {
    this.#parts = parts;
    this.#keeper = new PathKeeper(parts);
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
    const confirmed = connection.path.isAt(address, port);
    if (!confirmed && !this.#sources.allows(address, clock.now())) {
      return dropped.sourceLimited.add();
    }
    const { window, uplink } = connection;
    const packetNumber = expandPacketNumber(datagram.packetNumberLow, window.highest);
    if (!uplink.verify(packetNumber, bytes)) return dropped.badTag.add();
    const highest = packetNumber > window.highest;
    const fresh = window.accept(packetNumber);
    const origin = { address, port, confirmed, highest };
    if (fresh) this.#dispatch(connection, datagram.type, datagram.body, origin);
    else this.#dispatchAgain(connection, datagram.type, datagram.body, origin);
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
        this.#parts.dropped.unexpected.add();
        return this.#seen(connection, from);
    }
  }

  /**
   * A number that has come before. Answers are judged all the same: they are bound to random bytes,
   * and somebody who sends on copies faster must not take the client's own answer off the count.
   */
  #dispatchAgain(connection: Connection, type: DatagramType, body: Uint8Array, from: Origin): void {
    const parsed = type === PacketType.probe ? parseProbe(body) : null;
    if (parsed?.ok !== true || parsed.probe.step !== ProbeStep.answer) {
      return this.#parts.dropped.replayed.add();
    }
    this.#keeper.answered(connection, parsed.probe.challenge, from, false);
  }

  /** The tag says whose it is, wherever it came from: a talker is heard while its address moves. */
  #media(connection: Connection, body: Uint8Array, from: Origin): void {
    const { ingress, transport } = this.#parts;
    connection.mediaReceived += 1;
    ingress.receive(connection.session, transport, body);
    this.#seen(connection, from);
  }

  #ping(connection: Connection, body: Uint8Array, from: Origin): void {
    const { dropped, clock, send } = this.#parts;
    const parsed = parsePing(body);
    if (!parsed.ok) return dropped.malformed.add();
    if (!from.confirmed) this.#seen(connection, from);
    // Never to a stranger. To the address in use always: somebody faster may have copied the ping,
    // and the client must not take that for the end of its path.
    const { address, port } = connection.path;
    if (address === null) return dropped.unconfirmedAddress.add();
    if (!connection.pings.take(clock.now())) return dropped.pingLimited.add();
    const pong = buildPing({
      id: parsed.ping.id,
      mediaSent: connection.mediaSent >>> 0,
      mediaReceived: connection.mediaReceived >>> 0,
    });
    send(connection.datagram(PacketType.pong, pong), address, port);
  }

  #probe(connection: Connection, body: Uint8Array, from: Origin): void {
    const { dropped } = this.#parts;
    const parsed = parseProbe(body);
    if (!parsed.ok) return dropped.malformed.add();
    const { step, challenge } = parsed.probe;
    switch (step) {
      case ProbeStep.ask:
        return this.#keeper.seen(connection, from, true, from.highest);
      case ProbeStep.answer:
        this.#keeper.answered(connection, challenge, from, true);
        break;
      case ProbeStep.challenge:
        dropped.unexpected.add();
        break;
    }
    this.#seen(connection, from);
  }

  #seen(connection: Connection, from: Origin): void {
    if (!from.confirmed) this.#keeper.seen(connection, from, false, from.highest);
  }
}

/** Where a datagram came from. */
interface Origin {
  readonly address: string;
  readonly port: number;
  /** Voice of the session goes there. */
  readonly confirmed: boolean;
  /** No datagram of the session had a higher number before. */
  readonly highest: boolean;
}
