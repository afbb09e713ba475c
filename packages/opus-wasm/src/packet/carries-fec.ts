import { countFrames, countSamples } from './packet-shape.js';

const SAMPLES_OF_SILK_FRAME = 960;
const FIRST_CELT_CONFIGURATION = 16;
const LENGTH_IN_TWO_OCTETS = 252;

/**
 * Whether a packet repeats the frame before it: `FrameDecoder.recover` is worth more than a
 * concealment then. Reads the LBRR flags of the first frame (RFC 6716, section 4.2.3), which stand
 * behind one voice flag for each 20 ms and have even odds, so that they are plain bits.
 */
export function carriesFec(packet: Uint8Array): boolean {
  const sampleCount = countSamples(packet);
  const toc = packet[0] ?? 0;
  if (sampleCount === 0 || toc >> 3 >= FIRST_CELT_CONFIGURATION) return false;
  const first = packet[firstFrameOffset(packet, toc)];
  if (first === undefined) return false;
  const silkFrames = Math.max(1, sampleCount / countFrames(packet) / SAMPLES_OF_SILK_FRAME);
  const isStereo = (toc & 4) !== 0;
  const mid = (first >> (7 - silkFrames)) & 1;
  const side = isStereo ? (first >> (6 - 2 * silkFrames)) & 1 : 0;
  return (mid | side) === 1;
}

/** RFC 6716, sections 3.2.2-3.2.5. */
function firstFrameOffset(packet: Uint8Array, toc: number): number {
  const code = toc & 3;
  if (code < 2) return 1;
  if (code === 2) return 1 + lengthOctets(packet, 1);
  const head = packet[1] ?? 0;
  let offset = 2;
  if ((head & 0x40) !== 0) {
    while (packet[offset] === 255) offset += 1;
    offset += 1;
  }
  const isVariable = (head & 0x80) !== 0;
  for (let frame = 1; isVariable && frame < (head & 0x3f); frame++) {
    offset += lengthOctets(packet, offset);
  }
  return offset;
}

function lengthOctets(packet: Uint8Array, offset: number): number {
  return (packet[offset] ?? 0) < LENGTH_IN_TWO_OCTETS ? 1 : 2;
}
