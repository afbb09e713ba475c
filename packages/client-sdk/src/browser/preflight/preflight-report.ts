import type { Hello, VoiceError } from '@sidetone/protocol';
import type { AudioDevice } from '../audio/audio-devices.js';

/** It works, with what was found out; or what is wrong, with a message that says what to do. */
export type PreflightCheck<T> =
  ({ readonly ok: true } & T) | { readonly ok: false; readonly error: VoiceError };

export interface SocketFindings {
  readonly server: Hello['server'];
  /** Ways to sign in that the server offers. */
  readonly authentication: readonly string[];
  /** From the call to the server's first message. */
  readonly openedInMs: number;
}

export interface PathFindings {
  /** What voice takes from a page. */
  readonly transport: 'websocket';
  /** There and back over the same connection that carries voice: the middle one of several. */
  readonly roundTripMs: number;
}

export interface MicrophoneFindings {
  readonly device: AudioDevice;
  /** The loudest 43 ms, RMS in dBFS, without the browser's gain control and noise suppression. */
  readonly levelDb: number;
}

export interface PlaybackFindings {
  /** From the mix to the ear, as the browser estimates it. */
  readonly latencyMs: number;
}

export interface PreflightReport {
  /** Whether everything that was looked at works. */
  readonly ok: boolean;
  readonly socket: PreflightCheck<SocketFindings>;
  readonly path: PreflightCheck<PathFindings>;
  /** `null` when it was not to be looked at. */
  readonly microphone: PreflightCheck<MicrophoneFindings> | null;
  readonly playback: PreflightCheck<PlaybackFindings>;
}
