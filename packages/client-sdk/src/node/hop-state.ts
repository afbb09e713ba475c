import {
  buildDatagram,
  createHopKey,
  decodeBase64,
  expandPacketNumber,
  parseDatagram,
  ReplayWindow,
  type DatagramType,
  type HopKey,
} from '@sidetone/protocol';
import type { UdpOffer } from '../client/platform.js';
import { clientError } from '../error/client-error.js';

const HOP_KEY_BYTES = 32;

export type HopReading =
  | { readonly ok: true; readonly type: DatagramType; readonly body: Uint8Array }
  | { readonly ok: false; readonly reason: string };

/**
 * Seals and reads the datagrams of one session. It outlives sockets: a packet number is never used
 * twice under one key, and what was received once is not taken again.
 */
export class HopState {
  readonly #connectionId: number;
  readonly #uplink: HopKey;
  readonly #downlink: HopKey;
  readonly #window = new ReplayWindow();
  #nextPacketNumber = 0;

  constructor({ connectionId, uplinkKey, downlinkKey }: UdpOffer) {
    this.#connectionId = connectionId;
    this.#uplink = createHopKey(keyBytes(uplinkKey));
    this.#downlink = createHopKey(keyBytes(downlinkKey));
  }

  seal(type: DatagramType, body: Uint8Array): Uint8Array {
    const packetNumber = this.#nextPacketNumber++;
    return buildDatagram(type, this.#connectionId, packetNumber, body, this.#uplink);
  }

  read(datagram: Uint8Array): HopReading {
    const parsed = parseDatagram(datagram);
    if (!parsed.ok) return parsed;
    const { type, connectionId, packetNumberLow, body } = parsed;
    if (connectionId !== this.#connectionId) return { ok: false, reason: 'unknownConnection' };
    const packetNumber = expandPacketNumber(packetNumberLow, this.#window.highest);
    if (!this.#downlink.verify(packetNumber, datagram)) return { ok: false, reason: 'badTag' };
    if (!this.#window.accept(packetNumber)) return { ok: false, reason: 'replayed' };
    return { ok: true, type, body };
  }
}

function keyBytes(text: string): Uint8Array {
  const key = decodeBase64(text, HOP_KEY_BYTES);
  if (key) return key;
  throw clientError('ERR_CLIENT_PROTOCOL', 'a hop key of the server is not 32 bytes long');
}
