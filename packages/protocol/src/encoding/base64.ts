/** Base64url without padding (RFC 4648 section 5): how keys and random values travel in JSON. */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes, or `null` where the text is no base64url or has another length than `byteLength`. */
export function decodeBase64(text: string, byteLength?: number): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  if (byteLength !== undefined && binary.length !== byteLength) return null;
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
