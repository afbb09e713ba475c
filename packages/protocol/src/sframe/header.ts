import { MAX_U32, requireUint } from '../media/require-field.js';

export type SframeHeaderReject =
  /** The bytes end inside the header. */
  | 'truncated'
  /** A value is written longer than needed: a second encoding of one key or counter. */
  | 'nonMinimal'
  /** KID or CTR above 2^32 - 1, which Sidetone does not use. */
  | 'outOfRange';

export type SframeHeaderResult =
  | {
      readonly ok: true;
      /** 0 to 2^32 - 1. */
      readonly kid: number;
      /** 0 to 2^32 - 1. */
      readonly ctr: number;
      /** Length of the header; ciphertext and tag follow it. */
      readonly headerBytes: number;
    }
  | { readonly ok: false; readonly reason: SframeHeaderReject };

const TRUNCATED = Object.freeze({ ok: false, reason: 'truncated' } as const);
const NON_MINIMAL = Object.freeze({ ok: false, reason: 'nonMinimal' } as const);
const OUT_OF_RANGE = Object.freeze({ ok: false, reason: 'outOfRange' } as const);

/** Values up to this one stand in the configuration byte itself. */
const MAX_INLINE = 7;
const MAX_VALUE_BYTES = 4;

/**
 * Writes the header of an SFrame object (RFC 9605 section 4.3) in its one minimal form:
 * `X KKK Y CCC | KID | CTR`, where K and C are the value itself, or with X or Y set the number of
 * its bytes minus one.
 */
export function encodeSframeHeader(kid: number, ctr: number): Uint8Array<ArrayBuffer> {
  requireUint('key id', kid, MAX_U32);
  requireUint('frame counter', ctr, MAX_U32);
  const kidBytes = extraBytes(kid);
  const ctrBytes = extraBytes(ctr);
  const header = new Uint8Array(1 + kidBytes + ctrBytes);
  header[0] = (configNibble(kid, kidBytes) << 4) | configNibble(ctr, ctrBytes);
  writeUint(header, 1, kidBytes, kid);
  writeUint(header, 1 + kidBytes, ctrBytes, ctr);
  return header;
}

/**
 * Reads the header that starts at `offset`. Refuses what {@link encodeSframeHeader} would not have
 * written: one key and counter must have one spelling, or a frame could be told as two.
 */
export function parseSframeHeader(bytes: Uint8Array, offset: number): SframeHeaderResult {
  if (!(offset >= 0 && offset < bytes.length)) return TRUNCATED;
  const config = bytes[offset] as number;
  const kidBytes = (config & 0x80) === 0 ? 0 : ((config >> 4) & 7) + 1;
  const ctrBytes = (config & 0x08) === 0 ? 0 : (config & 7) + 1;
  const headerBytes = 1 + kidBytes + ctrBytes;
  if (bytes.length - offset < headerBytes) return TRUNCATED;
  const kidOffset = offset + 1;
  const ctrOffset = kidOffset + kidBytes;
  if (isPadded(bytes, kidOffset, kidBytes) || isPadded(bytes, ctrOffset, ctrBytes)) {
    return NON_MINIMAL;
  }
  if (kidBytes > MAX_VALUE_BYTES || ctrBytes > MAX_VALUE_BYTES) return OUT_OF_RANGE;
  const kid = kidBytes === 0 ? config >> 4 : readUint(bytes, kidOffset, kidBytes);
  const ctr = ctrBytes === 0 ? config & 7 : readUint(bytes, ctrOffset, ctrBytes);
  return { ok: true, kid, ctr, headerBytes };
}

function extraBytes(value: number): number {
  if (value <= MAX_INLINE) return 0;
  if (value <= 0xff) return 1;
  if (value <= 0xffff) return 2;
  return value <= 0xff_ffff ? 3 : 4;
}

function configNibble(value: number, valueBytes: number): number {
  return valueBytes === 0 ? value : 0x08 | (valueBytes - 1);
}

/** Whether a value takes a byte it does not need. */
function isPadded(bytes: Uint8Array, offset: number, valueBytes: number): boolean {
  if (valueBytes === 0) return false;
  const first = bytes[offset] as number;
  return valueBytes === 1 ? first <= MAX_INLINE : first === 0;
}

function readUint(bytes: Uint8Array, offset: number, valueBytes: number): number {
  let value = 0;
  for (let i = 0; i < valueBytes; i++) value = value * 256 + (bytes[offset + i] as number);
  return value;
}

function writeUint(out: Uint8Array, offset: number, valueBytes: number, value: number): void {
  for (let i = 0; i < valueBytes; i++) out[offset + i] = value >>> (8 * (valueBytes - 1 - i));
}
