/**
 * The frames of one Opus packet, each as a packet of its own (RFC 6716, section 3.2), without
 * decoding anything. `null` for a packet whose lengths do not fit it.
 */
export function splitPacket(packet: Uint8Array): readonly Uint8Array[] | null {
  const toc = packet[0];
  if (toc === undefined) return null;
  const frames = framesOf(packet, toc & 3);
  return frames && frames.map((frame) => alone(toc, frame));
}

const LENGTH_IN_TWO_OCTETS = 252;
const MAX_FRAME_BYTES = 1_275;

function alone(toc: number, frame: Uint8Array): Uint8Array {
  const packet = new Uint8Array(1 + frame.length);
  packet[0] = toc & ~3;
  packet.set(frame, 1);
  return packet;
}

function framesOf(packet: Uint8Array, code: number): readonly Uint8Array[] | null {
  if (code === 3) return manyFrames(packet);
  if (code === 0) return cut(packet, 1, [packet.length - 1]);
  if (code === 1) return cut(packet, 1, equalLengths(packet.length - 1, 2));
  const first = readLength(packet, 1);
  if (first === null) return null;
  return cut(packet, first.next, [first.length, packet.length - first.next - first.length]);
}

function manyFrames(packet: Uint8Array): readonly Uint8Array[] | null {
  const head = packet[1];
  if (head === undefined) return null;
  const count = head & 0x3f;
  let offset = 2;
  let end = packet.length;
  if ((head & 0x40) !== 0) {
    let padding: number | undefined;
    do {
      padding = packet[offset++];
      if (padding === undefined) return null;
      end -= Math.min(padding, 254);
    } while (padding === 255);
  }
  if ((head & 0x80) === 0) return cut(packet, offset, equalLengths(end - offset, count));
  const lengths: number[] = [];
  for (let i = 1; i < count; i++) {
    const field = readLength(packet, offset);
    if (field === null) return null;
    lengths.push(field.length);
    offset = field.next;
  }
  const others = lengths.reduce((sum, length) => sum + length, 0);
  return cut(packet, offset, [...lengths, end - offset - others]);
}

function equalLengths(bytes: number, count: number): readonly number[] {
  return Array.from({ length: count }, () => bytes / count);
}

function readLength(
  packet: Uint8Array,
  offset: number,
): { readonly length: number; readonly next: number } | null {
  const first = packet[offset];
  if (first === undefined) return null;
  if (first < LENGTH_IN_TWO_OCTETS) return { length: first, next: offset + 1 };
  const second = packet[offset + 1];
  return second === undefined ? null : { length: 4 * second + first, next: offset + 2 };
}

function cut(
  packet: Uint8Array,
  from: number,
  lengths: readonly number[],
): readonly Uint8Array[] | null {
  let offset = from;
  const frames: Uint8Array[] = [];
  for (const length of lengths) {
    if (!Number.isInteger(length) || length < 0 || length > MAX_FRAME_BYTES) return null;
    if (offset + length > packet.length) return null;
    frames.push(packet.subarray(offset, offset + length));
    offset += length;
  }
  return frames.length === 0 ? null : frames;
}
