/**
 * Types of packets, the values of `ttt` in the type octet `00001ttt`. 4 and 7 are reserved, 6
 * (tagged downlink media) is not part of v1: all three are refused.
 */
export const PacketType = { media: 0, ping: 1, pong: 2, probe: 3, bundle: 5 } as const;
export type PacketType = (typeof PacketType)[keyof typeof PacketType];

/**
 * 0x08-0x0F lies outside the first octets of STUN, DTLS, TURN, QUIC and RTP (RFC 9443),
 * so that one port can serve them all.
 */
const TYPE_OCTET_BASE = 0x08;

/** First octet of every datagram and of every binary WebSocket message. */
export function typeOctet(type: PacketType): number {
  return TYPE_OCTET_BASE | type;
}

/** Type named by a first octet; `null` for reserved types and for octets that are not ours. */
export function parseTypeOctet(octet: number): PacketType | null {
  switch (octet) {
    case 0x08:
      return PacketType.media;
    case 0x09:
      return PacketType.ping;
    case 0x0a:
      return PacketType.pong;
    case 0x0b:
      return PacketType.probe;
    case 0x0d:
      return PacketType.bundle;
    default:
      return null;
  }
}
