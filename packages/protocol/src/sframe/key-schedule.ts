import { viewOf } from '../media/byte-view.js';
import { MAX_U32, requireLength, requireUint } from '../media/require-field.js';

/** Length of a route's secret of one epoch. */
export const ROUTE_SECRET_BYTES = 32;
export const ROUTE_ID_BYTES = 16;

/** Length of the base key of one sender. */
export const SENDER_BASE_KEY_BYTES = 32;

/** AES_128_GCM_SHA256_128 (RFC 9605 section 4.5): Nk, Nn and Nt in bytes. */
export const SFRAME_SUITE = { id: 0x0004, keyBytes: 16, nonceBytes: 12, tagBytes: 16 } as const;

const SENDER_LABEL = 'Sidetone 1 sender';

/**
 * The `info` of a sender's base key:
 *
 * `base key = HKDF-Expand(HKDF-Extract("", secret), info, 32)`,
 * `info = "Sidetone 1 sender" || route id || u64 epoch || u32 sender index`
 *
 * (HKDF of RFC 5869 with SHA-256). Who holds the secret derives the key of every sender; who holds
 * a base key only can derive nothing else.
 */
export function senderBaseKeyInfo(
  routeId: Uint8Array,
  epoch: number,
  senderIndex: number,
): Uint8Array<ArrayBuffer> {
  requireLength('route id', routeId.length, ROUTE_ID_BYTES, ROUTE_ID_BYTES);
  requireUint('epoch', epoch, Number.MAX_SAFE_INTEGER);
  requireUint('sender index', senderIndex, MAX_U32);
  const label = new TextEncoder().encode(SENDER_LABEL);
  const info = new Uint8Array(label.length + ROUTE_ID_BYTES + 12);
  info.set(label);
  info.set(routeId, label.length);
  const view = viewOf(info);
  const numbersOffset = label.length + ROUTE_ID_BYTES;
  writeUint64(view, numbersOffset, epoch);
  view.setUint32(numbersOffset + 8, senderIndex);
  return info;
}

/** The `info` of the SFrame key of a base key (RFC 9605 section 4.4.2). */
export function sframeKeyInfo(kid: number): Uint8Array<ArrayBuffer> {
  return sframeInfo('SFrame 1.0 Secret key ', kid);
}

/** The `info` of the SFrame salt of a base key (RFC 9605 section 4.4.2). */
export function sframeSaltInfo(kid: number): Uint8Array<ArrayBuffer> {
  return sframeInfo('SFrame 1.0 Secret salt ', kid);
}

/** Nonce of one frame: the salt XOR the counter, big endian (RFC 9605 section 4.4.3). */
export function writeFrameNonce(nonce: Uint8Array, salt: Uint8Array, ctr: number): void {
  nonce.set(salt);
  const view = viewOf(nonce);
  const counterOffset = SFRAME_SUITE.nonceBytes - 4;
  view.setUint32(counterOffset, view.getUint32(counterOffset) ^ ctr);
}

function sframeInfo(labelText: string, kid: number): Uint8Array<ArrayBuffer> {
  requireUint('key id', kid, MAX_U32);
  const label = new TextEncoder().encode(labelText);
  const info = new Uint8Array(label.length + 10);
  info.set(label);
  const view = viewOf(info);
  writeUint64(view, label.length, kid);
  view.setUint16(label.length + 8, SFRAME_SUITE.id);
  return info;
}

function writeUint64(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, Math.floor(value / 2 ** 32));
  view.setUint32(offset + 4, value % 2 ** 32);
}
