import type { EarlierFrame, FrameDurationMs } from '@sidetone/protocol';

/** What the receiver wants to know of a frame; `OpusFrame` is one. */
export interface ReceivedFrame {
  /** +1 for each frame of the source, without wrap-around. */
  readonly seq: number;
  /** Media time of the first sample in 48 kHz ticks, without wrap-around. */
  readonly time: number;
  readonly durationMs: FrameDurationMs;
  /** First of a talkspurt; may have been lost. */
  readonly start: boolean;
  /** Last of a talkspurt. */
  readonly end: boolean;
  /** One Opus packet; empty where a frame only says that the talkspurt has ended. */
  readonly packet: Uint8Array;
  /** Earlier frames of the talkspurt, carried once more. */
  readonly redundancy?: readonly EarlierFrame[];
}
