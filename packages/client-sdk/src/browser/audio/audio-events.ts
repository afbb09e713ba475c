import type { VoiceError } from '@sidetone/protocol';
import { TypedEmitter } from 'tiny-typed-emitter';
import type { AudioDevice, AudioDevices } from './audio-devices.js';
import type { AudioState } from './audio-state.js';
import type { MicrophoneState } from './microphone.js';

/** What `client.audio` tells: facts, after they happened, with the state already showing them. */
export interface AudioEvents {
  /** `error` says why it is `failed` or `blocked`. */
  stateChanged(event: {
    readonly state: AudioState;
    readonly previous: AudioState;
    readonly error: VoiceError | null;
  }): void;
  /** Another state, or another device in the same state. `error` says why it is `failed`. */
  microphoneChanged(event: {
    readonly state: MicrophoneState;
    readonly previous: MicrophoneState;
    readonly device: AudioDevice | null;
    /** `unplugged`: the device is gone, and the default one has taken its place. */
    readonly reason: 'asked' | 'system' | 'unplugged';
    readonly error: VoiceError | null;
  }): void;
  /** Something was plugged in or out. */
  devicesChanged(event: { readonly devices: AudioDevices }): void;
  /** `unplugged`: the chosen device is gone, and sound goes to the default one of the system. */
  outputChanged(event: {
    readonly device: string | null;
    readonly reason: 'asked' | 'unplugged';
  }): void;
}

export type AudioEventName = keyof AudioEvents;

type AnyListener = (event: unknown) => unknown;

/** An emitter whose listeners cannot hurt: what one throws, or rejects with, is reported. */
export class AudioEmitter extends TypedEmitter<AudioEvents> {
  readonly #report: (event: string, cause: unknown) => void;

  constructor(report: (event: string, cause: unknown) => void) {
    super();
    this.#report = report;
  }

  override emit<E extends AudioEventName>(
    name: E,
    ...[event]: Parameters<AudioEvents[E]>
  ): boolean {
    const listeners = this.rawListeners(name) as unknown as AnyListener[];
    for (const listener of listeners) this.#call(name, listener, event);
    return listeners.length > 0;
  }

  #call(name: AudioEventName, listener: AnyListener, event: unknown): void {
    try {
      const answer = listener.call(this, event);
      if (answer instanceof Promise) answer.catch((cause: unknown) => this.#report(name, cause));
    } catch (cause) {
      this.#report(name, cause);
    }
  }
}
