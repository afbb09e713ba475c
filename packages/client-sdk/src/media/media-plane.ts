import type { OpusFrame } from '../audio/opus-frame.js';
import type { Playback } from '../audio/playback.js';
import type { ResolvedClientOptions } from '../client/common-options.js';
import type { HeardTable } from '../mixing/heard-talk.js';
import type { MuteGate } from '../talk/mute-gate.js';
import type { Speaker } from './speaker.js';
import type { VoiceSession, VoiceSessionParts } from './voice-session.js';

export interface MediaPlaneParts {
  readonly options: ResolvedClientOptions;
  /** Whether voice may leave. */
  readonly gate: MuteGate;
  readonly heard: HeardTable;
  /** A packet of somebody could not be decoded. */
  readonly packetRefused: () => void;
  /** Something failed that nothing hangs on; `event` says in whose name it is told. */
  readonly report: (event: string, cause: unknown) => void;
}

/**
 * All that a frame passes through, from the microphone to the network and back to the ear. The
 * control plane decides who talks where and hears whom; it never has to be in time for a frame. In
 * Node both are in one thread, in a page the media plane is in threads of its own.
 */
export interface MediaPlane<P extends Playback = Playback> {
  readonly playback: P;
  /** Called once for each name. */
  createSpeaker(name: string): Speaker;
  /** The voice of another session; one that was opened before is closed by then, or about to be. */
  openSession(parts: VoiceSessionParts): VoiceSession;
  /** A frame was heard; nothing where it is played without passing through the control plane. */
  play(frame: OpusFrame): void;
  /** Mutes, nets or transmissions may have changed: what was asked of them may be answered otherwise. */
  stateChanged(): void;
  close(): void;
}

export type CreateMediaPlane<P extends Playback = Playback> = (
  parts: MediaPlaneParts,
) => MediaPlane<P>;
