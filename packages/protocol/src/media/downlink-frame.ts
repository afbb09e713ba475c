import {
  MAX_DOWNLINK_BODY_BYTES,
  MAX_UPLINK_BODY_BYTES,
  MIN_DOWNLINK_BODY_BYTES,
  MIN_UPLINK_BODY_BYTES,
} from './limits.js';
import { PacketType, typeOctet } from './packet-type.js';
import { readU16 } from './read-uint.js';
import { MAX_U16, requireLength, requireUint } from './require-field.js';
import { readSenderPart, SENDER_PART_BYTES, type SenderPart } from './sender-part.js';
import { UPLINK_SENDER_OFFSET } from './uplink-frame.js';

/** Where the sender part of a downlink body begins: behind the u16 route and source handles. */
export const DOWNLINK_SENDER_OFFSET = 4;

const SEALED_OFFSET = DOWNLINK_SENDER_OFFSET + SENDER_PART_BYTES;
const MEDIA_OCTET = typeOctet(PacketType.media);

export type DownlinkBodyResult =
  | {
      readonly ok: true;
      readonly routeHandle: number;
      readonly sourceHandle: number;
      readonly sender: SenderPart;
      /** Where the SFrame object begins; it ends with the body. */
      readonly sealedOffset: number;
    }
  | { readonly ok: false; readonly reason: 'truncated' | 'tooLong' | 'reservedBits' };

const TRUNCATED = Object.freeze({ ok: false, reason: 'truncated' } as const);
const TOO_LONG = Object.freeze({ ok: false, reason: 'tooLong' } as const);
const RESERVED_BITS = Object.freeze({ ok: false, reason: 'reservedBits' } as const);

/**
 * Reads a media body from the server:
 * `u16 route handle | u16 source handle | sender part | sealed frame`.
 */
export function parseDownlinkBody(body: Uint8Array): DownlinkBodyResult {
  if (body.length < MIN_DOWNLINK_BODY_BYTES) return TRUNCATED;
  if (body.length > MAX_DOWNLINK_BODY_BYTES) return TOO_LONG;
  const sender = readSenderPart(body, DOWNLINK_SENDER_OFFSET);
  if (sender === null) return RESERVED_BITS;
  return {
    ok: true,
    routeHandle: readU16(body, 0),
    sourceHandle: readU16(body, 2),
    sender,
    sealedOffset: SEALED_OFFSET,
  };
}

/**
 * The whole downlink packet, type octet first, of an uplink body that {@link parseUplinkBody}
 * accepted: the handles are replaced, everything from the sender part on is copied as it is. This
 * is the server's only write for a frame; all listeners share the result.
 */
export function buildDownlinkPacket(
  routeHandle: number,
  sourceHandle: number,
  uplinkBody: Uint8Array,
): Uint8Array<ArrayBuffer> {
  requireUint('route handle', routeHandle, MAX_U16);
  requireUint('source handle', sourceHandle, MAX_U16);
  requireLength('uplink body', uplinkBody.length, MIN_UPLINK_BODY_BYTES, MAX_UPLINK_BODY_BYTES);
  const headerGrowth = 1 + DOWNLINK_SENDER_OFFSET - UPLINK_SENDER_OFFSET;
  const packet = new Uint8Array(uplinkBody.length + headerGrowth);
  // One copy of the whole body is cheaper than a subarray of it; its talk handle lands on bytes
  // 3 and 4, where the source handle overwrites it.
  packet.set(uplinkBody, headerGrowth);
  packet[0] = MEDIA_OCTET;
  packet[1] = routeHandle >> 8;
  packet[2] = routeHandle;
  packet[3] = sourceHandle >> 8;
  packet[4] = sourceHandle;
  return packet;
}
