import { viewOf } from './byte-view.js';
import { MAX_U16, MAX_U8, requireLength, requireUint } from './require-field.js';

/** One extension inside the sealed payload: `u8 type | u16 length | value`. */
export interface PayloadExtension {
  readonly type: number;
  readonly value: Uint8Array;
}

export type PayloadResult =
  | {
      readonly ok: true;
      /** In their order on the wire. Types that the reader does not know are to be skipped. */
      readonly tlv: readonly PayloadExtension[];
      /** One Opus packet, a view of the plaintext; empty in a frame that only repeats an end. */
      readonly opus: Uint8Array;
    }
  | { readonly ok: false; readonly reason: 'truncated' | 'malformedExtension' };

const COUNT_BYTES = 2;
const EXTENSION_HEADER_BYTES = 3;

/** Plaintext of the two empty frames that repeat the end of a talkspurt. Not to be written to. */
export const EMPTY_PAYLOAD: Uint8Array = new Uint8Array(COUNT_BYTES);

const NO_EXTENSIONS: readonly PayloadExtension[] = Object.freeze([]);
const TRUNCATED = Object.freeze({ ok: false, reason: 'truncated' } as const);
const MALFORMED = Object.freeze({ ok: false, reason: 'malformedExtension' } as const);

/** Reads what an opened frame carries: `u16 n`, n bytes of extensions, the Opus packet. */
export function parsePayload(plaintext: Uint8Array): PayloadResult {
  if (plaintext.length < COUNT_BYTES) return TRUNCATED;
  const view = viewOf(plaintext);
  const end = COUNT_BYTES + view.getUint16(0);
  if (end > plaintext.length) return TRUNCATED;
  const tlv = end === COUNT_BYTES ? NO_EXTENSIONS : readExtensions(plaintext, view, end);
  if (tlv === null) return MALFORMED;
  return { ok: true, tlv, opus: plaintext.subarray(end) };
}

function readExtensions(
  plaintext: Uint8Array,
  view: DataView,
  end: number,
): PayloadExtension[] | null {
  const extensions: PayloadExtension[] = [];
  let offset = COUNT_BYTES;
  while (offset < end) {
    if (end - offset < EXTENSION_HEADER_BYTES) return null;
    const length = view.getUint16(offset + 1);
    const valueOffset = offset + EXTENSION_HEADER_BYTES;
    if (end - valueOffset < length) return null;
    const value = plaintext.subarray(valueOffset, valueOffset + length);
    extensions.push({ type: view.getUint8(offset), value });
    offset = valueOffset + length;
  }
  return extensions;
}

/** Writes the plaintext of a frame. All extensions together take at most 65,535 bytes. */
export function buildPayload(
  opus: Uint8Array,
  tlv: readonly PayloadExtension[] = NO_EXTENSIONS,
): Uint8Array<ArrayBuffer> {
  let extensionBytes = 0;
  for (const { type, value } of tlv) {
    requireUint('extension type', type, MAX_U8);
    extensionBytes += EXTENSION_HEADER_BYTES + value.length;
  }
  requireLength('list of extensions', extensionBytes, 0, MAX_U16);
  const plaintext = new Uint8Array(COUNT_BYTES + extensionBytes + opus.length);
  const view = viewOf(plaintext);
  view.setUint16(0, extensionBytes);
  let offset = COUNT_BYTES;
  for (const { type, value } of tlv) {
    view.setUint8(offset, type);
    view.setUint16(offset + 1, value.length);
    plaintext.set(value, offset + EXTENSION_HEADER_BYTES);
    offset += EXTENSION_HEADER_BYTES + value.length;
  }
  plaintext.set(opus, offset);
  return plaintext;
}
