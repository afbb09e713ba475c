/** What one second of talking has shown; `null` for what nobody knows. */
export interface LinkReport {
  /** Part of the talker's frames that the server did not get, 0-1. */
  readonly uplinkLoss: number | null;
  /** Part of the frames that the worse off of its listeners do not get, 0-1. */
  readonly downlinkLoss: number | null;
  /** Frames lost in a row, on average. */
  readonly meanBurst: number | null;
  readonly rttMs: number | null;
  /** Frames that wait here for a connection that is too slow. */
  readonly queuedFrames: number;
}

/** What to do from now on. */
export interface CodecChoice {
  readonly expectedLossPercent: number;
  readonly bitrateBps: number;
  /** From the start of the next talkspurt. */
  readonly frameDurationMs: 10 | 20 | 40 | 60;
  /** Earlier frames to carry along, 0-4. */
  readonly earlierFrames: number;
}
