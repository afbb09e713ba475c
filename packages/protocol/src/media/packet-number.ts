const HALF = 2 ** 31;
const FULL = 2 ** 32;

/**
 * The whole packet number of which `low32` is the low half: the one closest to the number expected
 * next (the method of RFC 9000 appendix A.3).
 *
 * The counter has 64 bits on the wire but is kept as a JavaScript number: results stay within
 * 0..2^53 - 1, which a sender of 1,000 packets a second reaches after 285,000 years.
 *
 * @param highest highest number authenticated so far in this direction; -1 before the first
 */
export function expandPacketNumber(low32: number, highest: number | bigint): number {
  const expected = Math.min(Number(highest) + 1, Number.MAX_SAFE_INTEGER);
  const candidate = expected - (expected % FULL) + low32;
  if (candidate <= expected - HALF && candidate + FULL <= Number.MAX_SAFE_INTEGER) {
    return candidate + FULL;
  }
  if (candidate > expected + HALF && candidate >= FULL) return candidate - FULL;
  return candidate;
}
