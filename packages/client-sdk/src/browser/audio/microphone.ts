import type { VoiceError } from '@sidetone/protocol';
import type { AudioDevice } from './audio-devices.js';
import type { MicrophoneOptions } from './microphone-options.js';

/**
 * - `muted`: the system gives silence, for instance during a call; it goes on by itself
 * - `ended`: the device is gone, and the default one is being opened
 */
export type MicrophoneState = 'off' | 'starting' | 'live' | 'muted' | 'ended' | 'failed';

/** What the user says into the page. Whether it is sent is up to talk targets and keyboards. */
export interface Microphone {
  readonly state: MicrophoneState;
  /** Why it is `failed`; `null` otherwise. */
  readonly error: VoiceError | null;
  /** The one that is open, or `null`. */
  readonly device: AudioDevice | null;
  /** What the browser has made of the constraints; `null` while none is open. */
  readonly settings: MediaTrackSettings | null;
  /**
   * Opens it, after asking the user if need be, and starts `audio` with it; to be called in a
   * gesture. With other options than before it goes on with those, without a gap. Rejects with
   * `ERR_AUDIO_MICROPHONE_DENIED`, `ERR_AUDIO_NO_MICROPHONE`, `ERR_AUDIO_MICROPHONE_FAILED`, whatever
   * `audio.start()` rejects with, or `ERR_CLIENT_STATE` when `stop()` comes first.
   */
  start(options?: MicrophoneOptions): Promise<void>;
  /**
   * Goes on with another device, which is opened before the old one is let go, where the browser
   * lets two be open. When it fails the old one goes on. While the microphone is off, it is what the
   * next `start()` opens. `null`: the default one.
   */
  select(deviceId: string | null): Promise<void>;
  /** Lets the device go; the browser's sign that the page listens goes out. */
  stop(): Promise<void>;
}
