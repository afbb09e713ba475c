import { protocolError } from '../error/protocol-error.js';
import { viewOf } from './byte-view.js';
import { MAX_DOWNLINK_BODY_BYTES, MIN_DOWNLINK_BODY_BYTES } from './limits.js';
import { requireLength } from './require-field.js';

/** A bundle carries 1 to this many media bodies. */
export const MAX_BUNDLE_BODIES = 16;

const LENGTH_BYTES = 2;

export type BundleResult =
  | {
      readonly ok: true;
      /** Downlink media bodies, views of the bundle. Each still goes through `parseDownlinkBody`. */
      readonly bodies: Uint8Array[];
    }
  | { readonly ok: false; readonly reason: 'truncated' | 'tooLong' | 'empty' | 'tooMany' };

const TRUNCATED = Object.freeze({ ok: false, reason: 'truncated' } as const);
const TOO_LONG = Object.freeze({ ok: false, reason: 'tooLong' } as const);
const EMPTY = Object.freeze({ ok: false, reason: 'empty' } as const);
const TOO_MANY = Object.freeze({ ok: false, reason: 'tooMany' } as const);

/**
 * Splits a bundle: media bodies, each behind its u16 length, that fill it exactly. A bundle with
 * one bad length is refused as a whole, because nothing behind that length can be trusted.
 */
export function parseBundle(body: Uint8Array): BundleResult {
  if (body.length === 0) return EMPTY;
  const view = viewOf(body);
  const bodies: Uint8Array[] = [];
  let offset = 0;
  while (offset < body.length) {
    if (bodies.length === MAX_BUNDLE_BODIES) return TOO_MANY;
    if (body.length - offset < LENGTH_BYTES) return TRUNCATED;
    const length = view.getUint16(offset);
    offset += LENGTH_BYTES;
    if (length > MAX_DOWNLINK_BODY_BYTES) return TOO_LONG;
    if (length < MIN_DOWNLINK_BODY_BYTES || body.length - offset < length) return TRUNCATED;
    bodies.push(body.subarray(offset, offset + length));
    offset += length;
  }
  return { ok: true, bodies };
}

/**
 * Joins downlink media bodies (without type octets). In a datagram the caller keeps type octet and
 * bundle within `MAX_DATAGRAM_BYTES`; on WebSocket sixteen full bodies are allowed.
 */
export function buildBundle(bodies: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (bodies.length === 0 || bodies.length > MAX_BUNDLE_BODIES) {
    throw protocolError(
      'ERR_PROTOCOL_LENGTH',
      `"${bodies.length}" media bodies are no bundle: pass 1 to ${MAX_BUNDLE_BODIES}`,
      { bodies: bodies.length, max: MAX_BUNDLE_BODIES },
    );
  }
  let total = 0;
  for (const { length } of bodies) {
    requireLength('downlink body', length, MIN_DOWNLINK_BODY_BYTES, MAX_DOWNLINK_BODY_BYTES);
    total += LENGTH_BYTES + length;
  }
  const bundle = new Uint8Array(total);
  let offset = 0;
  for (const body of bodies) {
    bundle[offset] = body.length >> 8;
    bundle[offset + 1] = body.length;
    bundle.set(body, offset + LENGTH_BYTES);
    offset += LENGTH_BYTES + body.length;
  }
  return bundle;
}
