/**
 * The least expected loss at which libopus finds room for the repetition of a frame, by bitrate.
 * Measured on libopus 1.3.1 for efforts of 5 and more, and checked by a test; an effort of 9 needs
 * 5 % at 32 kbit/s already, and is the only one with any at 16.
 */
const FLOORS: readonly (readonly [minBitrateBps: number, percent: number])[] = [
  [40_000, 5],
  [20_000, 10],
  [18_000, 15],
  [16_000, 30],
];

/** 0 where no expectation puts any error correction into the packets. */
export function fecFloorPercent(bitrateBps: number): number {
  return FLOORS.find(([minBitrateBps]) => bitrateBps >= minBitrateBps)?.[1] ?? 0;
}
