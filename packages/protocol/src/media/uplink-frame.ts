import {
  MAX_SEALED_BYTES,
  MAX_UPLINK_BODY_BYTES,
  MIN_SEALED_BYTES,
  MIN_UPLINK_BODY_BYTES,
} from './limits.js';
import { readU16 } from './read-uint.js';
import { MAX_U16, requireLength, requireUint } from './require-field.js';
import { readSenderPart, SENDER_PART_BYTES, type SenderPart } from './sender-part.js';

/** Where the sender part of an uplink body begins: behind the u16 talk handle. */
export const UPLINK_SENDER_OFFSET = 2;

const SEALED_OFFSET = UPLINK_SENDER_OFFSET + SENDER_PART_BYTES;

export type UplinkBodyResult =
  | {
      readonly ok: true;
      /** Session-local; names one route within one registered target. */
      readonly talkHandle: number;
      readonly sender: SenderPart;
      /** Where the SFrame object begins; it ends with the body. */
      readonly sealedOffset: number;
    }
  | { readonly ok: false; readonly reason: 'truncated' | 'tooLong' | 'reservedBits' };

const TRUNCATED = Object.freeze({ ok: false, reason: 'truncated' } as const);
const TOO_LONG = Object.freeze({ ok: false, reason: 'tooLong' } as const);
const RESERVED_BITS = Object.freeze({ ok: false, reason: 'reservedBits' } as const);

/** Reads a media body from a client: `u16 talk handle | sender part | sealed frame`. */
export function parseUplinkBody(body: Uint8Array): UplinkBodyResult {
  if (body.length < MIN_UPLINK_BODY_BYTES) return TRUNCATED;
  if (body.length > MAX_UPLINK_BODY_BYTES) return TOO_LONG;
  const sender = readSenderPart(body, UPLINK_SENDER_OFFSET);
  if (sender === null) return RESERVED_BITS;
  return { ok: true, talkHandle: readU16(body, 0), sender, sealedOffset: SEALED_OFFSET };
}

/** Joins a media body for the server. The caller keeps `senderPart` and `sealed`. */
export function buildUplinkBody(
  talkHandle: number,
  senderPart: Uint8Array,
  sealed: Uint8Array,
): Uint8Array<ArrayBuffer> {
  requireUint('talk handle', talkHandle, MAX_U16);
  requireLength('sender part', senderPart.length, SENDER_PART_BYTES, SENDER_PART_BYTES);
  requireLength('sealed frame', sealed.length, MIN_SEALED_BYTES, MAX_SEALED_BYTES);
  const body = new Uint8Array(SEALED_OFFSET + sealed.length);
  body[0] = talkHandle >> 8;
  body[1] = talkHandle;
  body.set(senderPart, UPLINK_SENDER_OFFSET);
  body.set(sealed, SEALED_OFFSET);
  return body;
}
