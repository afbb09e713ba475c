import type { CapturedFrame } from './captured-frame.js';

/** Decides where the frames of a source go, beside the targets that are started. */
export interface FrameGate {
  /** In the order of capture. */
  offer(frame: CapturedFrame): void;
  /** Something else talks with the source for a while: what was said is ended. */
  suspend(): void;
}
