/**
 * Records of frames in shared memory, little-endian. Names of source and route are long, so they
 * are told once, in a record of their own, and frames have their number:
 *
 * - names: kind, number, UTF-16 of the JSON of `FrameNames`
 * - frame: kind, number of its names, seq, time and arrival as 64-bit floats, duration, level, flags,
 *   length of the packet, number of copies, of each copy its offset and length, and then all bytes
 */
import type { RouteView, SourceView } from '@sidetone/protocol';

export const NAMES_RECORD = 1;
export const FRAME_RECORD = 2;

/** So many names are known at once; the oldest gives its number to the next. */
export const MOST_NAMES = 1_024;

export interface FrameNames {
  readonly source: SourceView;
  readonly route: RouteView;
}

/** Where the fields of a frame are, from the beginning of its record. */
export const FRAME_FIELD = {
  seq: 8,
  time: 16,
  arrivedAt: 24,
  durationMs: 32,
  level: 36,
  flags: 40,
  packetLength: 44,
  copies: 48,
} as const;
export const FRAME_HEAD_BYTES = 52;
/** Of each copy: offset and length. */
export const COPY_HEAD_BYTES = 8;
export const NAMES_HEAD_BYTES = 8;

export const START_FLAG = 1;
export const END_FLAG = 2;
export const NO_LEVEL = -1;
