import type { Ducking } from '../mixing/ducking.js';
import type { Placement } from '../mixing/placement.js';
import type { AudioSink } from './audio-sink.js';
import type { OpusFrame } from './opus-frame.js';
import type { TalkerStatistics } from './talker-statistics.js';
import type { TalkerTap } from './talker-tap.js';

/** What this client hears, mixed to stereo, and how loud and where everybody is in it. */
export interface Playback {
  /** How much quieter others are under priority and emergency talk; both 0 where it is off. */
  get ducking(): Ducking;
  /** `null` turns it off; what is left out stays as it is. Throws `ERR_CLIENT_OPTIONS`. */
  set ducking(ducking: Partial<Ducking> | null);

  /**
   * Loudness and place of one participant, for as long as this client lives. Throws
   * `ERR_CLIENT_OPTIONS`.
   */
  placeParticipant(participant: { readonly id: string }, placement: Partial<Placement>): void;

  /**
   * Loudness and place of a whole net; both settings of a talker on it work together. Who talks on
   * several nets that are listened to is heard as on the loudest of them. Throws
   * `ERR_CLIENT_OPTIONS`.
   */
  placeChannel(channel: { readonly id: string }, placement: Partial<Placement>): void;

  placementOf(subject: { readonly id: string }): Placement;

  /**
   * How the talkers heard within the last seconds are received, by source. Where another thread
   * plays (in a page), it is what that thread last said, and each call asks it for newer numbers.
   */
  statistics(): ReadonlyMap<string, TalkerStatistics>;

  /**
   * Gives the tap what is played of each talker, before the mix; returns what takes it away again.
   * What was said, without the changes that the network made, is for `TalkerRecorder`.
   */
  addTap(tap: TalkerTap): () => void;

  /** One opened frame; called by the session, or by the replay. */
  receive(frame: OpusFrame): void;

  /** Who talks as what, or what is listened to, may be another now; called by the session. */
  heardChanged(): void;

  /** Forgets who talks; called when the session ends. */
  clear(): void;
}

/**
 * Playback without an audio device: whoever has the audio clock, a sound card or a recorder, asks
 * for the next samples. Nothing is decoded while nobody pulls.
 */
export interface PulledPlayback extends Playback {
  /**
   * The next samples: 48 kHz, interleaved stereo, so twice `sampleCount` floats, kept below -1 dBFS.
   * @param sampleCount of each ear, up to 48,000
   */
  pull(sampleCount: number): Float32Array;

  /**
   * As `pull`, into memory of the caller, and without any of its own while talk goes on: for sound
   * cards that ask every few ms.
   * @param out its length says how many, an even number up to 96,000
   * @param heardAtMs the moment of the first of them on `client.clock`, now unless given. Whoever asks
   * on a schedule gives its moments: then it does not matter to the delay that one call was late.
   */
  pullInto(out: Float32Array, heardAtMs?: number): void;

  /**
   * Pulls at the pace of the clock and writes to the sink, until the signal says stop.
   * @param options `periodMs` is what is pulled at once, default 20
   */
  playTo(
    sink: AudioSink,
    options: { readonly signal: AbortSignal; readonly periodMs?: number },
  ): Promise<void>;
}
