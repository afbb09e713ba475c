import type { RouteView, SourceView } from '@sidetone/protocol';

/** The sound of one talker as it goes into the mix. The object is used again and again. */
export interface TappedSamples {
  readonly source: SourceView;
  /** By which the last frame came; `null` before the first one is played. */
  readonly route: RouteView | null;
  /** 48 kHz, at most 10 ms, interleaved where there are two channels; before gain and pan. */
  readonly samples: Float32Array;
  readonly channels: 1 | 2;
  /** Of the first of them, as `playback.pullInto` was told. */
  readonly heardAtMs: number;
}

/** Takes what is played of each talker, with its gaps, its concealment and its changes of pace. */
export interface TalkerTap {
  /** Nothing of it may be kept: copy the samples. What it throws is reported. */
  write(tapped: TappedSamples): void;
}
