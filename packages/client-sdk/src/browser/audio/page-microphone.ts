import { isVoiceError, type VoiceError } from '@sidetone/protocol';
import { isGone, type AudioDevice, type AudioDevices } from './audio-devices.js';
import { stoppedError } from './audio-error.js';
import type { AudioEmitter, AudioEvents } from './audio-events.js';
import type { AudioGraph } from './audio-graph.js';
import type { AudioPage } from './audio-page.js';
import { Capture, type Wiring } from './capture.js';
import { microphoneError } from './microphone-error.js';
import {
  resolveMicrophoneOptions,
  sameMicrophoneOptions,
  type MicrophoneOptions,
  type ResolvedMicrophoneOptions,
} from './microphone-options.js';
import type { Microphone, MicrophoneState } from './microphone.js';

type ChangeReason = Parameters<AudioEvents['microphoneChanged']>[0]['reason'];

export interface MicrophoneParts {
  readonly page: AudioPage;
  readonly events: AudioEmitter;
  /** To be called in the turn of a gesture. */
  readonly startAudio: () => Promise<void>;
  /** Makes the context anew at the rate of the device; `false` where that cannot help. */
  readonly changeSampleRate: (sampleRate: number | null) => boolean;
}

export class PageMicrophone implements Microphone {
  readonly #parts: MicrophoneParts;
  #state: MicrophoneState = 'off';
  #error: VoiceError | null = null;
  #graph: AudioGraph | null = null;
  #capture: Capture | null = null;
  #deviceId: string | null = null;
  /** What was open before it failed by itself, to be opened again when devices come. */
  #lost: ResolvedMicrophoneOptions | null = null;
  /** Another number after each `stop()`, so that what is under way comes to nothing. */
  #life = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: MicrophoneParts) {
    this.#parts = parts;
  }

  get state(): MicrophoneState {
    return this.#state;
  }

  get error(): VoiceError | null {
    return this.#error;
  }

  get device(): AudioDevice | null {
    return this.#capture?.device ?? null;
  }

  get settings(): MediaTrackSettings | null {
    return this.#capture?.settings ?? null;
  }

  start(options: MicrophoneOptions = {}): Promise<void> {
    const wanted = resolveMicrophoneOptions(options, this.#deviceId);
    const audio = this.#parts.startAudio();
    // It is waited for below, after the user was asked.
    audio.catch(() => undefined);
    return this.#inTurn(async (life) => {
      const capture = this.#capture;
      if (capture && sameMicrophoneOptions(capture.options, wanted)) return audio;
      if (!capture) this.#become('starting', 'asked');
      await this.#change(wanted, () => this.#whenAudioRuns(audio), life);
    });
  }

  async select(deviceId: string | null): Promise<void> {
    if (this.#state === 'off') {
      this.#deviceId = deviceId;
      return;
    }
    await this.#inTurn(async (life) => {
      const options = this.#capture?.options ?? this.#lost;
      if (options === null) this.#deviceId = deviceId;
      else if (this.#capture === null || options.deviceId !== deviceId) {
        await this.#change({ ...options, deviceId }, isReady, life);
      }
    });
  }

  async stop(): Promise<void> {
    this.#life += 1;
    this.#turn = Promise.resolve();
    this.#lost = null;
    this.#let();
    this.#parts.page.declareUse('playback');
    this.#become('off', 'asked');
  }

  /** What is captured goes into this graph from now on. */
  attach(graph: AudioGraph): void {
    this.#graph = graph;
    const capture = this.#capture;
    if (!capture) return;
    const plug = async (life: number): Promise<void> => {
      if (capture === this.#capture) await this.#plug(capture, life);
    };
    this.#inTurn(plug).catch((cause: unknown) => this.#failByItself(cause, capture));
  }

  detach(): void {
    this.#graph = null;
    this.#capture?.unplug();
  }

  /** There is no sound any more that it could be part of. */
  audioFailed(error: VoiceError): void {
    if (!this.#capture) return;
    this.#lost = this.#capture.options;
    this.#let();
    this.#fail(error, 'system');
  }

  devicesChanged({ inputs }: AudioDevices): void {
    const capture = this.#capture;
    if (capture === null) {
      if (inputs.length > 0) this.recover();
    } else if (isGone(capture.device.id, inputs)) this.#ended(capture);
  }

  /** Opens again what failed by itself: a device has come, or the page is seen again. */
  recover(): void {
    const options = this.#lost;
    if (options === null || this.#error?.code === 'ERR_AUDIO_MICROPHONE_DENIED') return;
    this.#inTurn(async (life) => {
      if (this.#lost !== options) return;
      await this.#change({ ...options, deviceId: null }, isReady, life, 'system');
    }).catch(() => undefined);
  }

  /** Opens a device and goes over to it; when that fails, an open one goes on. */
  async #change(
    wanted: ResolvedMicrophoneOptions,
    ready: () => Promise<void>,
    life: number,
    reason: ChangeReason = 'asked',
  ): Promise<void> {
    try {
      await this.#goOver(await this.#open(wanted, life), ready, life, reason);
    } catch (cause) {
      if (life !== this.#life) throw stoppedError('the microphone');
      const error = await microphoneError(cause, this.#parts.page, wanted.deviceId);
      if (!this.#capture) this.#fail(error, reason);
      throw error;
    }
  }

  async #goOver(
    next: Capture,
    ready: () => Promise<void>,
    life: number,
    reason: ChangeReason,
  ): Promise<void> {
    try {
      await ready();
      await this.#plug(next, life);
    } catch (cause) {
      next.release();
      throw cause;
    }
    const before = this.#capture;
    this.#capture = next;
    before?.release();
    next.watch({
      muteChanged: () => this.#become(next.muted ? 'muted' : 'live', 'system'),
      ended: () => this.#ended(next),
    });
    this.#lost = null;
    this.#deviceId = next.options.deviceId;
    this.#become(next.muted ? 'muted' : 'live', reason);
  }

  async #open(wanted: ResolvedMicrophoneOptions, life: number): Promise<Capture> {
    const { page } = this.#parts;
    page.declareUse('play-and-record');
    try {
      return await this.#living(Capture.open(page, wanted), life);
    } catch (error) {
      const before = this.#capture;
      if (!before || reasonOf(error) !== 'inUse') throw error;
      // Some browsers have one device open at a time.
      this.#lost = before.options;
      this.#let();
      try {
        return await this.#living(Capture.open(page, wanted), life);
      } catch (again) {
        if (life !== this.#life) throw again;
        const back = await this.#living(Capture.open(page, before.options), life);
        await this.#goOver(back, isReady, life, 'system');
        throw again;
      }
    }
  }

  /** What is opened for a start that has been overtaken by `stop()` is let go at once. */
  async #living(opening: Promise<Capture>, life: number): Promise<Capture> {
    const capture = await opening;
    if (life === this.#life) return capture;
    capture.release();
    throw stoppedError('the microphone');
  }

  async #plug(capture: Capture, life: number): Promise<void> {
    for (;;) {
      const graph = this.#graph;
      const wiring = graph ? await this.#prepare(capture, graph) : null;
      // The context may have been replaced while a noise suppressor was made.
      if (graph === this.#graph && life === this.#life) return wiring?.connect();
      wiring?.abandon();
      if (life !== this.#life) throw stoppedError('the microphone');
    }
  }

  /** `null`: there is another graph by now. */
  async #prepare(capture: Capture, graph: AudioGraph): Promise<Wiring | null> {
    try {
      return await capture.prepare(graph);
    } catch (error) {
      if (graph !== this.#graph) return null;
      if (reasonOf(error) !== 'sampleRate') throw error;
      if (!this.#parts.changeSampleRate(capture.settings.sampleRate ?? null)) throw error;
      await this.#parts.startAudio();
      return null;
    }
  }

  async #whenAudioRuns(audio: Promise<void>): Promise<void> {
    try {
      await audio;
    } catch (error) {
      if (!isVoiceError(error) || error.code !== 'ERR_AUDIO_BLOCKED') throw error;
      // A page that listens may play without another gesture.
      await this.#parts.startAudio();
    }
  }

  /** The device is gone: the default one takes its place. */
  #ended(gone: Capture): void {
    if (gone !== this.#capture) return;
    this.#let();
    this.#lost = gone.options;
    this.#become('ended', 'unplugged', null, gone.device);
    this.#inTurn(async (life) => {
      if (this.#lost !== gone.options) return;
      const wanted = { ...gone.options, deviceId: null };
      await this.#change(wanted, isReady, life, 'unplugged');
    }).catch(() => undefined);
  }

  async #failByItself(cause: unknown, capture: Capture): Promise<void> {
    const error = await microphoneError(cause, this.#parts.page, capture.options.deviceId);
    if (capture === this.#capture) this.audioFailed(error);
  }

  #let(): void {
    this.#capture?.release();
    this.#capture = null;
  }

  #fail(error: VoiceError, reason: ChangeReason): void {
    this.#become('failed', reason, error);
  }

  #become(
    state: MicrophoneState,
    reason: ChangeReason,
    error: VoiceError | null = null,
    device: AudioDevice | null = this.device,
  ): void {
    const previous = this.#state;
    this.#state = state;
    this.#error = error;
    if (previous === 'off' && state === 'off') return;
    this.#parts.events.emit('microphoneChanged', { state, previous, device, reason, error });
  }

  #inTurn(work: (life: number) => Promise<void>): Promise<void> {
    const life = this.#life;
    const done = this.#turn.then(() => {
      if (life !== this.#life) throw stoppedError('the microphone');
      return work(life);
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

function reasonOf(error: unknown): unknown {
  return isVoiceError(error) ? error.details['reason'] : null;
}

const isReady = (): Promise<void> => Promise.resolve();
