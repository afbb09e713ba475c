const CHECKSUM_OFFSET = 22;
const CHECKSUM_END = 26;
const POLYNOMIAL = 0x04c11db7;

const TABLE = Uint32Array.from({ length: 256 }, (_, octet) => {
  let remainder = octet << 24;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder << 1) ^ (remainder < 0 ? POLYNOMIAL : 0);
  }
  return remainder;
});

/**
 * The checksum of an Ogg page, with its own four octets taken as zero (RFC 3533, section 6): CRC-32,
 * not reflected, from 0, not inverted.
 */
export function oggChecksum(page: Uint8Array): number {
  let remainder = 0;
  for (let i = 0; i < page.length; i++) {
    const octet = i >= CHECKSUM_OFFSET && i < CHECKSUM_END ? 0 : (page[i] ?? 0);
    remainder = (remainder << 8) ^ (TABLE[(remainder >>> 24) ^ octet] ?? 0);
  }
  return remainder >>> 0;
}
