import { protocolError } from '../error/protocol-error.js';

/** The 16 bytes of a UUID in its textual form, as key derivation wants a route's id. */
export function uuidBytes(uuid: string): Uint8Array {
  const hex = uuid.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/.test(hex)) {
    throw protocolError('ERR_PROTOCOL_UUID', `"${uuid}" is no UUID; give 32 hexadecimal digits`, {
      uuid,
    });
  }
  return Uint8Array.from({ length: 16 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}
