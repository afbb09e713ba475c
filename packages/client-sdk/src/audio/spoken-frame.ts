import type { FrameDurationMs } from '@sidetone/protocol';
import type { OpusFrame } from './opus-frame.js';
import { SAMPLES_PER_MS } from './sample-rate.js';

/** What one packet says, however it came: by itself, or once more in a later frame. */
export interface SpokenFrame {
  readonly seq: number;
  /** Media time of the first sample in 48 kHz ticks. */
  readonly time: number;
  readonly durationMs: FrameDurationMs;
  /** First and last of a talkspurt; unknown, and so false, of what came in a later frame. */
  readonly start: boolean;
  readonly end: boolean;
  /** Empty where a frame only says that the talkspurt has ended. */
  readonly packet: Uint8Array;
}

/** A frame and the earlier ones that it carries; frames of one talkspurt last equally long. */
export function spokenFrames(frame: OpusFrame): readonly SpokenFrame[] {
  const { seq, time, durationMs, start, end, packet, redundancy = [] } = frame;
  const ticks = durationMs * SAMPLES_PER_MS;
  const earlier = redundancy.map(({ seqOffset, packet: copy }): SpokenFrame => {
    const at = { seq: seq - seqOffset, time: time - seqOffset * ticks };
    return { ...at, durationMs, start: false, end: false, packet: copy };
  });
  return [{ seq, time, durationMs, start, end, packet }, ...earlier];
}

/** A gap in media time this long is a pause between talkspurts and no loss. */
export const PAUSE_TICKS: number = 500 * SAMPLES_PER_MS;

/** 20 and 10 ms of silence, in the mode that needs the fewest bytes for it. */
export const SILENCE_20_MS: Uint8Array = Uint8Array.of(0xf8, 0xff, 0xfe);
export const SILENCE_10_MS: Uint8Array = Uint8Array.of(0xf0, 0xff, 0xfe);
