import { TokenBucket, type TokenRate, type VoiceSession } from '@sidetone/core';
import {
  buildDatagram,
  createHopKey,
  ReplayWindow,
  type DatagramType,
  type HopKey,
} from '@sidetone/protocol';
import { AddressCheck } from './address-check.js';

/** A client pings each second, and each 300 ms when it suspects its path. */
const PINGS: TokenRate = { burst: 20, perSecond: 10 };

interface ConnectionParts {
  readonly session: VoiceSession;
  readonly id: number;
  readonly uplinkKey: Uint8Array;
  readonly downlinkKey: Uint8Array;
  readonly nowMs: number;
}

/** What the transport knows of one session: its keys, its counters, its address. */
export class Connection {
  readonly session: VoiceSession;
  readonly id: number;
  /** Tags of the client. */
  readonly uplink: HopKey;
  /** Packet numbers of authenticated datagrams. */
  readonly window: ReplayWindow = new ReplayWindow();
  /** Where it is. */
  readonly path: AddressCheck;
  readonly pings: TokenBucket;
  mediaSent = 0;
  mediaReceived = 0;
  readonly #downlink: HopKey;
  #nextPacketNumber = 0;

  constructor({ session, id, uplinkKey, downlinkKey, nowMs }: ConnectionParts) {
    this.session = session;
    this.id = id;
    this.uplink = createHopKey(uplinkKey);
    this.#downlink = createHopKey(downlinkKey);
    this.path = new AddressCheck(nowMs);
    this.pings = new TokenBucket(PINGS, nowMs);
  }

  /** A datagram to the client with all fields and a tag, under the next packet number. */
  datagram(type: DatagramType, body: Uint8Array): Uint8Array {
    return buildDatagram(type, this.id, this.#nextPacketNumber++, body, this.#downlink);
  }
}
