const FIN_BINARY = 0x82;
const LENGTH_IN_16_BITS = 126;

/**
 * A whole binary message as it goes over the wire from the server (RFC 6455 section 5.2: unmasked).
 * Made once and written to every listener's socket, because framing anew for each one costs as much
 * as a tenth of the sending.
 */
export function binaryFrame(message: Uint8Array): Buffer {
  const { length } = message;
  const headerBytes = length < LENGTH_IN_16_BITS ? 2 : 4;
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame[0] = FIN_BINARY;
  if (headerBytes === 2) {
    frame[1] = length;
  } else {
    frame[1] = LENGTH_IN_16_BITS;
    frame.writeUInt16BE(length, 2);
  }
  frame.set(message, headerBytes);
  return frame;
}
