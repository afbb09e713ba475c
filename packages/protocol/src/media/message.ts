import { PacketType, parseTypeOctet, typeOctet } from './packet-type.js';

/** Types of binary WebSocket messages; probes are for UDP alone. */
export type MessageType = Exclude<PacketType, typeof PacketType.probe>;

export type MessageResult =
  | { readonly ok: true; readonly type: MessageType; readonly body: Uint8Array }
  | { readonly ok: false; readonly reason: 'truncated' | 'unknownType' };

const TRUNCATED = Object.freeze({ ok: false, reason: 'truncated' } as const);
const UNKNOWN_TYPE = Object.freeze({ ok: false, reason: 'unknownType' } as const);

/**
 * Takes a packet without header and tag apart, type octet and body: a binary WebSocket message, or
 * a media or bundle datagram from the server. The body is a view, and checked by its own parser.
 */
export function parseMessage(bytes: Uint8Array): MessageResult {
  const octet = bytes[0];
  if (octet === undefined) return TRUNCATED;
  const type = parseTypeOctet(octet);
  if (type === null || type === PacketType.probe) return UNKNOWN_TYPE;
  return { ok: true, type, body: bytes.subarray(1) };
}

/** Puts the type octet before a body. */
export function buildMessage(type: MessageType, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(1 + body.length);
  message[0] = typeOctet(type);
  message.set(body, 1);
  return message;
}
