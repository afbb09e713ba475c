/**
 * A view of exactly these bytes. Datagrams arrive as slices of larger pools, so a view of the
 * underlying buffer without offset and length would read the neighbours' packets.
 */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
