import type { SourceView } from '@sidetone/protocol';
import type { AudioSource, OpusSource } from '../audio/audio-source.js';
import type { MeterReading } from '../gate/level-meter.js';
import type { ResolvedGateOptions } from '../gate/resolve-gate-options.js';
import type { Lane } from '../talk/lane-selection.js';
import type { KeyGate, KeyGateListener } from './key-gate.js';

/** A registered target, as far as whoever sends needs to know it. */
export interface HeldTarget {
  readonly lanes: readonly Lane[];
}

/** What whoever captures knows of the samples. */
export interface CaptureDetails {
  /** When the first sample was captured, on `client.clock`; estimated from the arrival otherwise. */
  readonly timeMs?: number;
  /** That this is speech, 0-1, by a detector such as that of a noise suppressor. */
  readonly voiceProbability?: number;
}

/** What one source says and where: it is fed, encoded, sealed and sent here. */
export interface Speaker {
  /** Channels that `write` expects. */
  readonly channels: 1 | 2;
  readonly level: MeterReading;
  write(samples: Float32Array, details: CaptureDetails): void;
  /** Rejects with `ERR_CLIENT_STATE` while something else is fed or played. */
  feed(source: AudioSource | OpusSource, signal: AbortSignal): Promise<void>;
  /** As one talkspurt to the target; rejects as `feed` does. */
  play(source: AudioSource | OpusSource, target: HeldTarget, signal: AbortSignal): Promise<void>;
  /** So the session of now knows the source: from here on there is something to talk to. */
  sourceIs(source: SourceView): void;
  /** Whether the target is held, or chosen by the gate. */
  isHeld(target: HeldTarget): boolean;
  hold(target: HeldTarget): void;
  /** The next frame is the target's last. */
  release(target: HeldTarget): void;
  /** Ends at once what may not or should no longer be talked to. */
  endNow(): void;
  /** Resolves when all frames that were given have left. */
  drained(): Promise<void>;
  /** The target has other lanes now. */
  lanesChanged(target: HeldTarget): void;
  /** Forgets the target without a word, because the server has. */
  drop(target: HeldTarget): void;
  /** The session that knew the lanes is lost: nothing that was begun can be ended. */
  abandonLanes(): void;
  /** There is no session any more that knows the source. */
  leave(): void;
  /** At most one at a time. */
  openGate<T extends HeldTarget>(
    options: ResolvedGateOptions,
    listener: KeyGateListener,
  ): KeyGate<T>;
  close(): void;
}
