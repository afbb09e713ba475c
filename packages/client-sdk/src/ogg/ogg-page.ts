import { oggChecksum } from './ogg-checksum.js';

/** `OggS`. */
export const CAPTURE_PATTERN: readonly number[] = [0x4f, 0x67, 0x67, 0x53];
export const PAGE_HEADER_BYTES = 27;
export const MAX_PAGE_SEGMENTS = 255;
export const MAX_SEGMENT_BYTES = 255;
export const MAX_PAGE_BYTES: number =
  PAGE_HEADER_BYTES + MAX_PAGE_SEGMENTS + MAX_PAGE_SEGMENTS * MAX_SEGMENT_BYTES;

/** One page of one stream (RFC 3533, section 6). */
export interface OggPage {
  /** It begins within a packet. */
  readonly continued: boolean;
  /** First and last one of its stream. */
  readonly first: boolean;
  readonly last: boolean;
  /** Where the last packet that ends on it ends; `null` where none does. */
  readonly granule: number | null;
  readonly serial: number;
  /** +1 for each page of the stream. */
  readonly sequence: number;
  /** Lengths of the segments: a packet ends with the first that is shorter than 255. */
  readonly segments: Uint8Array;
  readonly body: Uint8Array;
}

const CONTINUED = 1;
const FIRST = 2;
const LAST = 4;
const NO_GRANULE = -1n;

/** @param bytes one whole page, whose checksum has been compared */
export function parseOggPage(bytes: Uint8Array): OggPage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(5);
  const granule = view.getBigInt64(6, true);
  const bodyOffset = PAGE_HEADER_BYTES + view.getUint8(26);
  return {
    continued: (flags & CONTINUED) !== 0,
    first: (flags & FIRST) !== 0,
    last: (flags & LAST) !== 0,
    granule: granule >= 0n && granule <= Number.MAX_SAFE_INTEGER ? Number(granule) : null,
    serial: view.getUint32(14, true),
    sequence: view.getUint32(18, true),
    segments: bytes.subarray(PAGE_HEADER_BYTES, bodyOffset),
    body: bytes.subarray(bodyOffset),
  };
}

export function buildOggPage(page: OggPage): Uint8Array {
  const { segments, body, granule } = page;
  const bytes = new Uint8Array(PAGE_HEADER_BYTES + segments.length + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(CAPTURE_PATTERN);
  view.setUint8(
    5,
    (page.continued ? CONTINUED : 0) | (page.first ? FIRST : 0) | (page.last ? LAST : 0),
  );
  view.setBigInt64(6, granule === null ? NO_GRANULE : BigInt(granule), true);
  view.setUint32(14, page.serial, true);
  view.setUint32(18, page.sequence, true);
  view.setUint8(26, segments.length);
  bytes.set(segments, PAGE_HEADER_BYTES);
  bytes.set(body, PAGE_HEADER_BYTES + segments.length);
  view.setUint32(22, oggChecksum(bytes), true);
  return bytes;
}
