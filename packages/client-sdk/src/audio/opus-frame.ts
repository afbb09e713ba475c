import type { EarlierFrame, FrameDurationMs, RouteView, SourceView } from '@sidetone/protocol';

/** One frame of a talker, opened and authenticated, as it came; nothing is reordered yet. */
export interface OpusFrame {
  /** Whose it is: `source.session` is the talker, `source.kind` for instance `microphone`. */
  readonly source: SourceView;
  /** The route this copy came by; `route.channel` is the net. */
  readonly route: RouteView;
  /** +1 for each frame of the source, without wrap-around. */
  readonly seq: number;
  /** Media time of the first sample in 48 kHz ticks, without wrap-around. */
  readonly time: number;
  readonly durationMs: FrameDurationMs;
  /** First of a talkspurt; may have been lost. */
  readonly start: boolean;
  /** Last of a talkspurt. */
  readonly end: boolean;
  /** Loudness 0 (loudest) to 127 in -dBov as the talker measured it; `null` where withheld. */
  readonly level: number | null;
  /** One Opus packet; empty where a frame only says that the talkspurt has ended. */
  readonly packet: Uint8Array;
  /** Earlier frames of the talkspurt that this one carries once more, nearest first. */
  readonly redundancy?: readonly EarlierFrame[];
}

/** Takes the opened frames of everybody who is heard, in the order of arrival. */
export interface OpusSink {
  /** Called in the turn in which the frame was opened; what it throws is reported. */
  write(frame: OpusFrame): void;
}
