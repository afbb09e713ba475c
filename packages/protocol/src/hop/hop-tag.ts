/**
 * The key of one direction between one client and the server. Its tag says "this datagram comes
 * from the holder of that session", which SFrame cannot say: any holder of a route's secret could
 * seal as another sender (RFC 9605 section 7.2).
 *
 * Tag = the first eight bytes of HMAC-SHA256(key, u64 packet number || datagram without tag).
 * That is shorter than RFC 2104 section 5 recommends (80 bits), and enough here: each guess costs a
 * datagram that is counted, and a lucky one forges a single packet, whose content SFrame protects.
 */
export interface HopKey {
  /**
   * Tag for a datagram.
   * @param packetNumber the whole 64-bit counter, 0 to 2^53 - 1
   * @param bytes the datagram without its tag
   */
  tag(packetNumber: number, bytes: Uint8Array): Uint8Array;
  /**
   * Whether the last eight bytes of the datagram are its tag, compared in constant time.
   * @param packetNumber the whole counter, expanded from its low half on the wire
   */
  verify(packetNumber: number, datagramWithTag: Uint8Array): boolean;
}

/** Length of a hop key. */
export const HOP_KEY_BYTES = 32;
