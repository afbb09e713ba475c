import { createHash } from 'node:crypto';

/**
 * A UUID that is made of names alone: version 8 of RFC 9562 section 5.8, the first 122 free bits of
 * a SHA-256. A server that keeps nothing gives what it begins with the same ids at every start, so
 * that clients find it again.
 */
export function stableId(...names: readonly string[]): string {
  // As JSON, so that no name can look like two.
  const bytes = createHash('sha256').update(JSON.stringify(names)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
