/**
 * Big-endian numbers out of bytes whose bounds the caller has checked. On the packet path they are
 * read without a `DataView`, which would be one more object for each layer of each frame.
 */
export function readU16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}

export function readU32(bytes: Uint8Array, offset: number): number {
  return readU16(bytes, offset) * 0x1_0000 + readU16(bytes, offset + 2);
}
