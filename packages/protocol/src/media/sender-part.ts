import type { FrameDurationMs } from '../codec/codec.js';
import { MAX_U16, MAX_U32, MAX_U8, requireLength, requireUint } from './require-field.js';
import { viewOf } from './byte-view.js';
import { readU16, readU32 } from './read-uint.js';

/**
 * The eight bytes that the talker writes once and nobody rewrites: SFrame authenticates them as
 * metadata on every path.
 *
 * ```
 *  0       1       2               4
 * +-------+-------+---------------+-------------------------------+
 * | flags | level |      seq      |             time              |
 * +-------+-------+---------------+-------------------------------+
 * flags   S E X R d d 0 0    X, R and the two spare bits are 0 in v1
 * ```
 */
export interface SenderPart {
  /** First frame of a talkspurt. It may be lost: nothing may depend on seeing it. */
  readonly start: boolean;
  /** Last frame of a talkspurt, or one of the empty frames that repeat its end. */
  readonly end: boolean;
  readonly durationMs: FrameDurationMs;
  /**
   * Audio level as in RFC 6464 section 3: the high bit says "voice", the low seven are 0 (loudest)
   * to 127 -dBov. {@link LEVEL_WITHHELD} when the talker does not tell.
   */
  readonly level: number;
  /** u16, +1 for each frame of the source, from a random start. */
  readonly seq: number;
  /** u32, 48 kHz ticks of the source that run on in silence, from a random start. */
  readonly time: number;
}

export type SenderPartResult =
  | { readonly ok: true; readonly sender: SenderPart }
  | { readonly ok: false; readonly reason: 'truncated' | 'reservedBits' };

export const SENDER_PART_BYTES = 8;

/** V=1 with 127 -dBov, a combination no real measurement gives. */
export const LEVEL_WITHHELD = 0xff;

const START = 0x80;
const END = 0x40;
const DURATION_SHIFT = 2;
const RESERVED = 0x33;
const DURATIONS: readonly FrameDurationMs[] = [10, 20, 40, 60];

const TRUNCATED = Object.freeze({ ok: false, reason: 'truncated' } as const);
const RESERVED_BITS = Object.freeze({ ok: false, reason: 'reservedBits' } as const);

/** Writes eight bytes at `offset`. Throws when a field or `out` is too small for it. */
export function writeSenderPart(out: Uint8Array, offset: number, part: SenderPart): void {
  requireUint('offset of a sender part', offset, out.length);
  requireLength('room for a sender part', out.length - offset, SENDER_PART_BYTES, Infinity);
  requireUint('level octet', part.level, MAX_U8);
  requireUint('sequence number', part.seq, MAX_U16);
  requireUint('media time', part.time, MAX_U32);
  const duration = DURATIONS.indexOf(part.durationMs);
  requireUint('frame duration of 10, 20, 40 or 60 ms (its code)', duration, 3);
  const view = viewOf(out);
  const flags = (part.start ? START : 0) | (part.end ? END : 0) | (duration << DURATION_SHIFT);
  view.setUint8(offset, flags);
  view.setUint8(offset + 1, part.level);
  view.setUint16(offset + 2, part.seq);
  view.setUint32(offset + 4, part.time);
}

/** Reads the sender part at `offset`. */
export function parseSenderPart(bytes: Uint8Array, offset: number): SenderPartResult {
  if (offset < 0 || bytes.length - offset < SENDER_PART_BYTES) return TRUNCATED;
  const sender = readSenderPart(bytes, offset);
  return sender === null ? RESERVED_BITS : { ok: true, sender };
}

/** For parsers that have checked the bounds already; `null` when reserved bits are set. */
export function readSenderPart(bytes: Uint8Array, offset: number): SenderPart | null {
  const flags = bytes[offset] as number;
  if ((flags & RESERVED) !== 0) return null;
  return {
    start: (flags & START) !== 0,
    end: (flags & END) !== 0,
    durationMs: DURATIONS[(flags >> DURATION_SHIFT) & 3] as FrameDurationMs,
    level: bytes[offset + 1] as number,
    seq: readU16(bytes, offset + 2),
    time: readU32(bytes, offset + 4),
  };
}
