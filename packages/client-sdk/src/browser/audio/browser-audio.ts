import type { VoiceError } from '@sidetone/protocol';
import type { Clock } from '../../clock/clock.js';
import type { AudioDevices } from './audio-devices.js';
import type { AudioEventName, AudioEvents } from './audio-events.js';
import type { AudioGraphParts } from './audio-graph.js';
import type { AudioOutput } from './audio-output.js';
import type { AudioPage } from './audio-page.js';
import type { AudioState } from './audio-state.js';
import type { Microphone } from './microphone.js';

/** The sound of a page: what is heard, what is captured, and the devices for it. */
export interface BrowserAudio {
  readonly state: AudioState;
  /** Why it is `failed` or `blocked`; `null` otherwise. */
  readonly error: VoiceError | null;
  readonly output: AudioOutput;
  readonly microphone: Microphone;
  /**
   * Makes the page audible; to be called in a gesture (a click, a key press), for browsers play
   * nothing before one. Does nothing while it runs. Rejects with `ERR_AUDIO_INSECURE_PAGE`,
   * `ERR_AUDIO_UNSUPPORTED`, `ERR_CLIENT_ASSETS`, `ERR_AUDIO_OUTPUT`, with `ERR_AUDIO_BLOCKED` when the
   * browser waits for a gesture: the next call in one goes on; and with `ERR_CLIENT_STATE` when
   * `stop()` comes first.
   */
  start(): Promise<void>;
  /** Ends the microphone and all sound. */
  stop(): Promise<void>;
  /** What is plugged in. Changes are told from the first call, or `start()`, until `stop()`. */
  devices(): Promise<AudioDevices>;
  on<E extends AudioEventName>(name: E, listener: AudioEvents[E]): this;
  off<E extends AudioEventName>(name: E, listener: AudioEvents[E]): this;
}

/** The stand-in of `client.playback`, which gives a worklet all it has to know. */
export interface AttachablePlayback {
  /** All settings are given again: each context has a worklet of its own. */
  attach(port: MessagePort): void;
  detach(): void;
}

export interface BrowserAudioParts extends Omit<AudioGraphParts, 'page' | 'source'> {
  readonly playback: AttachablePlayback;
  readonly clock: Clock;
  /** A listener of the app threw. */
  readonly report: (event: string, cause: unknown) => void;
  /** Default `microphone`. */
  readonly source?: string;
  /** For tests; the browser's own otherwise. */
  readonly page?: AudioPage;
}
