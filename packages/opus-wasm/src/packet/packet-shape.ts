/** What the head of an Opus packet says about its length in time (RFC 6716, section 3). */
export interface PacketShape {
  /** First octet: configuration, stereo flag, and the frame count code in the two low bits. */
  readonly toc: number;
  readonly frameCount: number;
  /** Samples at 48 kHz per channel, of the whole packet. */
  readonly sampleCount: number;
}

/** 120 ms at 48 kHz, the longest packet there is (RFC 6716, section 3.2.5, requirement R5). */
const MAX_SAMPLES = 5_760;
/** 120 ms at the highest bitrate: TOC, count, six frames of 1,275 octets (R2), five lengths of two. */
const MAX_PACKET_BYTES = 2 + 6 * 1_275 + 5 * 2;

const SILK_SAMPLES = [480, 960, 1_920, 2_880] as const;
const HYBRID_SAMPLES = [480, 960] as const;
const CELT_SAMPLES = [120, 240, 480, 960] as const;

/**
 * Reads the head only; whether the frames inside fill the packet is for the decoder to find out.
 * Null for what cannot be a packet of 120 ms or less.
 */
export function parsePacketShape(packet: Uint8Array): PacketShape | null {
  const sampleCount = countSamples(packet);
  const toc = packet[0] ?? 0;
  return sampleCount === 0 ? null : { toc, frameCount: countFrames(packet), sampleCount };
}

/** `sampleCount` of the shape alone, without an object for it; 0 where there is none. */
export function countSamples(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined || packet.length > MAX_PACKET_BYTES) return 0;
  const sampleCount = countFrames(packet) * samplesPerFrame(toc);
  return sampleCount > MAX_SAMPLES ? 0 : sampleCount;
}

/** RFC 6716, table 2: configurations 0-11 are SILK, 12-15 hybrid, 16-31 CELT. */
function samplesPerFrame(toc: number): number {
  const configuration = toc >> 3;
  if (configuration < 12) return SILK_SAMPLES[(configuration & 3) as 0 | 1 | 2 | 3];
  if (configuration < 16) return HYBRID_SAMPLES[(configuration & 1) as 0 | 1];
  return CELT_SAMPLES[(configuration & 3) as 0 | 1 | 2 | 3];
}

/** RFC 6716, sections 3.2.2-3.2.5; 0 when the count is missing or impossible. */
export function countFrames(packet: Uint8Array): number {
  if (packet.length === 0) return 0;
  const code = (packet[0] ?? 0) & 3;
  if (code === 0) return 1;
  if (code === 1) return packet.length % 2 === 1 ? 2 : 0;
  if (code === 2) return packet.length > 1 ? 2 : 0;
  return (packet[1] ?? 0) & 0x3f;
}
