import type { RouteView, SourceView } from '@sidetone/protocol';
import type { TalkerStatistics } from '../../audio/talker-statistics.js';
import type { Ducking } from '../../mixing/ducking.js';
import type { HeardTransmission } from '../../mixing/heard-talk.js';
import type { Placement } from '../../mixing/placement.js';
import type { FramesEnded, ReceivedOpusFrame } from '../ports.js';

/** The control state has changed: what of it decides how talk is heard. */
export interface HeardNews {
  readonly type: 'heard';
  /** What is under way from each source of which there is news; empty for none any more. */
  readonly transmissions: readonly (readonly [string, readonly HeardTransmission[]])[];
  /** Of all nets that transmissions are on, those that this client listens to. */
  readonly nets: readonly string[];
  /** The nets that each patch joins, of all patches that transmissions come over. */
  readonly patches: readonly (readonly [string, readonly string[]])[];
  /** See `HeardTable`. */
  readonly patchedNets: readonly (readonly [string | null, string])[];
}

export interface PlacementChange {
  readonly type: 'placeParticipant' | 'placeChannel';
  readonly id: string;
  readonly placement: Placement;
}

export interface DuckingChange {
  readonly type: 'ducking';
  readonly ducking: Ducking;
}

/** Whether `TappedBatch` is wanted. */
export interface TapsChange {
  readonly type: 'taps';
  readonly on: boolean;
}

export interface StatisticsQuestion {
  readonly type: 'askStatistics';
}

/** Memory of a `TappedBatch`, to be used again; transferred. */
export interface ReturnedBatch {
  readonly type: 'returned';
  readonly samples: Float32Array<ArrayBuffer>;
}

/** From the main thread to the playback worklet. */
export type PlaybackOrder =
  | HeardNews
  | PlacementChange
  | DuckingChange
  | TapsChange
  | StatisticsQuestion
  | ReturnedBatch
  | ReceivedOpusFrame
  | FramesEnded;

export interface StatisticsAnswer {
  readonly type: 'statistics';
  readonly talkers: readonly TalkerStatistics[];
}

/** What was played of one talker, before the mix. */
export interface TappedBatch {
  readonly type: 'tapped';
  readonly source: SourceView;
  readonly route: RouteView | null;
  readonly channels: 1 | 2;
  /** Of the first sample, in epoch milliseconds. */
  readonly heardAtMs: number;
  /** Longer than what is in it; transferred. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** How many of the samples there are. */
  readonly length: number;
}

/** So many packets since the last news were refused by the decoder. */
export interface PacketsRefused {
  readonly type: 'packetsRefused';
  readonly count: number;
}

export interface PlaybackFailed {
  readonly type: 'failed';
  readonly code: string;
  readonly message: string;
}

/** From the playback worklet to the main thread. */
export type PlaybackNews = StatisticsAnswer | TappedBatch | PacketsRefused | PlaybackFailed;
