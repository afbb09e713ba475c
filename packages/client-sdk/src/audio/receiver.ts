import type { PlayoutAction } from '../receiver/playout-action.js';
import type { OpusFrame } from './opus-frame.js';

/**
 * Decides when the frames of one talker are played: packets and pulls go in, actions come out. It
 * knows no clock, no codec and no sound; every call is given the time, in ms of one monotonic
 * clock. Frames come authenticated and without copies, but late, out of order, or never.
 */
export interface Receiver {
  push(frame: OpusFrame, nowMs: number): void;
  /** The next action, good until the next pull; `nowMs` is when its sound will be heard. */
  pull(nowMs: number): PlayoutAction<OpusFrame>;
  /**
   * What became of the wish in the last `decode`, before the next pull: ms of sound that were added
   * (positive) or taken away. Not called where nothing was done.
   */
  stretched(ms: number): void;
  /** Nothing is playing and nothing waits. */
  readonly idle: boolean;
  readonly statistics: ReceiverStatistics;
}

/** What every receiver counts; the one that is used by default counts more. */
export interface ReceiverStatistics {
  /** How far behind, as it is now. */
  readonly playoutDelayMs: number;
  readonly played: number;
  readonly concealedMs: number;
  /** Came after their time. */
  readonly late: number;
  /** Left out to get back to the playout delay. */
  readonly skipped: number;
}
