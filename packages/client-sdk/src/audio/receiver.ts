import type { OpusFrame } from './opus-frame.js';

/** What to play next for one talker. */
export type PlayoutStep =
  /** Decode this frame. */
  | { readonly kind: 'decode'; readonly frame: OpusFrame }
  /** Cover one missing frame with what the decoder makes of the sound before. */
  | { readonly kind: 'conceal' }
  /** Nothing is due: silence for a short while, and ask again. */
  | { readonly kind: 'silence' };

/**
 * Decides when the frames of one talker are played: packets and pulls go in, steps come out. It
 * knows no clock, no codec and no sound; every call is given the time, in ms of one monotonic
 * clock. Frames come authenticated and without copies, but late, out of order, or never.
 */
export interface Receiver {
  push(frame: OpusFrame, nowMs: number): void;
  /** The next step; `nowMs` is when its sound will be heard. */
  pull(nowMs: number): PlayoutStep;
  /** Nothing is playing and nothing waits. */
  readonly idle: boolean;
  readonly statistics: ReceiverStatistics;
}

export interface ReceiverStatistics {
  /** From arrival to sound, as it is now. */
  readonly playoutDelayMs: number;
  readonly played: number;
  readonly concealed: number;
  /** Came after their time. */
  readonly late: number;
  /** Left out to get back to the playout delay. */
  readonly skipped: number;
}
