import type { HopKey } from '../hop/hop-tag.js';
import { viewOf } from './byte-view.js';
import {
  DATAGRAM_HEADER_BYTES,
  HOP_TAG_BYTES,
  MAX_UPLINK_BODY_BYTES,
  MIN_UPLINK_BODY_BYTES,
} from './limits.js';
import { PacketType, parseTypeOctet, typeOctet } from './packet-type.js';
import { readU32 } from './read-uint.js';
import { PING_BYTES } from './ping.js';
import { PROBE_BYTES } from './probe.js';
import { MAX_U32, requireLength, requireUint } from './require-field.js';

export { DATAGRAM_HEADER_BYTES, HOP_TAG_BYTES, MAX_DATAGRAM_BYTES } from './limits.js';

/** Types that travel with header and tag. */
export type DatagramType = Exclude<PacketType, typeof PacketType.bundle>;

export type DatagramReject =
  /** Shorter than the shortest of its type. */
  | 'truncated'
  /** Longer than the longest of its type. */
  | 'tooLong'
  /** First octet outside 0x08-0x0F. */
  | 'foreign'
  /** 4 or 7. */
  | 'reservedType'
  /** 5 or 6: only a server sends these, and without the fields of this header. */
  | 'serverOnlyType';

export type DatagramResult =
  | {
      readonly ok: true;
      readonly type: DatagramType;
      readonly connectionId: number;
      /** Low half of the counter of this direction; see `expandPacketNumber`. */
      readonly packetNumberLow: number;
      /** A view of the datagram. */
      readonly body: Uint8Array;
      /** A view of the datagram: its last eight bytes. Nothing is verified yet. */
      readonly tag: Uint8Array;
    }
  | { readonly ok: false; readonly reason: DatagramReject };

const REJECTED = {
  truncated: Object.freeze({ ok: false, reason: 'truncated' } as const),
  tooLong: Object.freeze({ ok: false, reason: 'tooLong' } as const),
  foreign: Object.freeze({ ok: false, reason: 'foreign' } as const),
  reservedType: Object.freeze({ ok: false, reason: 'reservedType' } as const),
  serverOnlyType: Object.freeze({ ok: false, reason: 'serverOnlyType' } as const),
} as const;

const BODY_BYTES = {
  [PacketType.media]: { min: MIN_UPLINK_BODY_BYTES, max: MAX_UPLINK_BODY_BYTES },
  [PacketType.ping]: { min: PING_BYTES, max: PING_BYTES },
  [PacketType.pong]: { min: PING_BYTES, max: PING_BYTES },
  [PacketType.probe]: { min: PROBE_BYTES, max: PROBE_BYTES },
} as const;

/**
 * Takes a datagram with header and tag apart: all that clients send, and the pings, pongs and
 * probes of the server.
 *
 * ```
 *  0      00001ttt
 *  1..4   u32 connection id
 *  5..8   u32 packet number, low half
 *  9..    body
 *  last 8 tag
 * ```
 */
export function parseDatagram(bytes: Uint8Array): DatagramResult {
  const octet = bytes[0];
  if (octet === undefined) return REJECTED.truncated;
  const type = parseTypeOctet(octet);
  if (type === null || type === PacketType.bundle) return rejectType(octet);
  const bodyBytes = bytes.length - DATAGRAM_HEADER_BYTES - HOP_TAG_BYTES;
  const { min, max } = BODY_BYTES[type];
  if (bodyBytes < min) return REJECTED.truncated;
  if (bodyBytes > max) return REJECTED.tooLong;
  const tagOffset = bytes.length - HOP_TAG_BYTES;
  return {
    ok: true,
    type,
    connectionId: readU32(bytes, 1),
    packetNumberLow: readU32(bytes, 5),
    body: bytes.subarray(DATAGRAM_HEADER_BYTES, tagOffset),
    tag: bytes.subarray(tagOffset),
  };
}

function rejectType(octet: number): DatagramResult {
  switch (octet) {
    case 0x0d:
    case 0x0e:
      return REJECTED.serverOnlyType;
    case 0x0c:
    case 0x0f:
      return REJECTED.reservedType;
    default:
      return REJECTED.foreign;
  }
}

/**
 * Builds a datagram with header and tag.
 * @param packetNumber the whole counter of this direction, never used twice with one key
 */
export function buildDatagram(
  type: DatagramType,
  connectionId: number,
  packetNumber: number,
  body: Uint8Array,
  key: HopKey,
): Uint8Array<ArrayBuffer> {
  requireUint('connection id', connectionId, MAX_U32);
  requireUint('packet number', packetNumber, Number.MAX_SAFE_INTEGER);
  const { min, max } = BODY_BYTES[type];
  requireLength('datagram body of this type', body.length, min, max);
  const tagOffset = DATAGRAM_HEADER_BYTES + body.length;
  const bytes = new Uint8Array(tagOffset + HOP_TAG_BYTES);
  const view = viewOf(bytes);
  view.setUint8(0, typeOctet(type));
  view.setUint32(1, connectionId);
  view.setUint32(5, packetNumber % 2 ** 32);
  bytes.set(body, DATAGRAM_HEADER_BYTES);
  bytes.set(key.tag(packetNumber, bytes.subarray(0, tagOffset)), tagOffset);
  return bytes;
}
