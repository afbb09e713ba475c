import { MAX_SEALED_BYTES } from './limits.js';
import type { PayloadExtension } from './payload.js';
import { readU16 } from './read-uint.js';
import { requireLength, requireUint } from './require-field.js';

/** An earlier frame of the same source and talkspurt, carried once more inside a later one. */
export interface EarlierFrame {
  /** How many numbers before the frame that carries it, 1 to {@link MAX_EARLIER_OFFSET}. */
  readonly seqOffset: number;
  /** Its Opus packet; it lasts as long as the frame that carries it, and no pause is between them. */
  readonly packet: Uint8Array;
}

/** Type of the extension with earlier frames. */
export const EARLIER_FRAMES_TYPE = 1;
export const MAX_EARLIER_FRAMES = 4;
export const MAX_EARLIER_OFFSET = 16;

/** `u8 offset | u16 length` in front of each packet. */
export const EARLIER_FRAME_HEADER_BYTES = 3;
/** Type and length of the extension. */
const EXTENSION_HEADER_BYTES = 3;
const MAX_SFRAME_HEADER_BYTES = 9;
const SFRAME_TAG_BYTES = 16;

/** The longest plaintext of a frame, whatever the length of its SFrame header. */
export const MAX_PAYLOAD_BYTES: number =
  MAX_SEALED_BYTES - MAX_SFRAME_HEADER_BYTES - SFRAME_TAG_BYTES;

/** The extension, nearest frame first. Throws where a field is out of range. */
export function buildEarlierFrames(frames: readonly EarlierFrame[]): PayloadExtension {
  requireLength('list of earlier frames (its count)', frames.length, 1, MAX_EARLIER_FRAMES);
  const bytes = frames.reduce(
    (sum, { packet }) => sum + EARLIER_FRAME_HEADER_BYTES + packet.length,
    0,
  );
  requireLength('list of earlier frames', bytes, 0, MAX_PAYLOAD_BYTES - EXTENSION_HEADER_BYTES);
  const value = new Uint8Array(bytes);
  let at = 0;
  let before = 0;
  for (const { seqOffset, packet } of frames) {
    requireUint('offset of an earlier frame', seqOffset, MAX_EARLIER_OFFSET);
    requireUint('step to an earlier frame, less one', seqOffset - before - 1, MAX_EARLIER_OFFSET);
    requireLength('earlier frame', packet.length, 1, MAX_PAYLOAD_BYTES);
    value[at] = seqOffset;
    value[at + 1] = packet.length >> 8;
    value[at + 2] = packet.length & 0xff;
    value.set(packet, at + EARLIER_FRAME_HEADER_BYTES);
    at += EARLIER_FRAME_HEADER_BYTES + packet.length;
    before = seqOffset;
  }
  return { type: EARLIER_FRAMES_TYPE, value };
}

const NONE: readonly EarlierFrame[] = Object.freeze([]);

/**
 * The earlier frames of a payload, views of it, nearest first; none where it carries none. `null`
 * for a payload whose extension is off its form: it is refused as a whole.
 */
export function readEarlierFrames(
  tlv: readonly PayloadExtension[],
): readonly EarlierFrame[] | null {
  let frames = NONE;
  for (const { type, value } of tlv) {
    if (type !== EARLIER_FRAMES_TYPE) continue;
    const read = frames === NONE ? readFrames(value) : null;
    if (read === null) return null;
    frames = read;
  }
  return frames;
}

function readFrames(value: Uint8Array): EarlierFrame[] | null {
  const frames: EarlierFrame[] = [];
  let at = 0;
  let before = 0;
  while (at < value.length) {
    if (frames.length === MAX_EARLIER_FRAMES) return null;
    const start = at + EARLIER_FRAME_HEADER_BYTES;
    if (start >= value.length) return null;
    const seqOffset = value[at] as number;
    const end = start + readU16(value, at + 1);
    if (seqOffset <= before || seqOffset > MAX_EARLIER_OFFSET) return null;
    if (end === start || end > value.length) return null;
    frames.push({ seqOffset, packet: value.subarray(start, end) });
    before = seqOffset;
    at = end;
  }
  return frames.length === 0 ? null : frames;
}

/**
 * How many of `frames`, nearest first, fit into a payload beside its own packet.
 * @param maxBytes of the whole payload, at most {@link MAX_PAYLOAD_BYTES}
 */
export function fitEarlierFrames(
  frames: readonly EarlierFrame[],
  packetBytes: number,
  maxBytes: number = MAX_PAYLOAD_BYTES,
): readonly EarlierFrame[] {
  const room = Math.min(maxBytes, MAX_PAYLOAD_BYTES) - packetBytes;
  let bytes = 2 + EXTENSION_HEADER_BYTES;
  let count = 0;
  for (const { packet } of frames.slice(0, MAX_EARLIER_FRAMES)) {
    bytes += EARLIER_FRAME_HEADER_BYTES + packet.length;
    if (bytes > room) break;
    count += 1;
  }
  return frames.slice(0, count);
}
