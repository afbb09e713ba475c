/** A `Buffer` without its own ideas: its `slice` shares memory where that of `Uint8Array` copies. */
export function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
