import type { AudioDevice } from './audio-devices.js';
import { nameOf, pageError, unsupportedError } from './audio-error.js';
import type { AudioPage } from './audio-page.js';
import { microphoneError, sampleRateError } from './microphone-error.js';
import { microphoneConstraints, type ResolvedMicrophoneOptions } from './microphone-options.js';

export interface CaptureListener {
  /** The system gives silence, or sound again. */
  muteChanged(): void;
  /** The device is gone, or the user has taken the permission back. */
  ended(): void;
}

/** Where what is captured goes to. */
export interface CaptureTarget {
  readonly context: AudioContext;
  readonly microphone: AudioNode;
}

/** The nodes between a device and the worklet. */
export interface Wiring {
  /** In one turn, so that nothing is missing between one device and the next. */
  connect(): void;
  abandon(): void;
}

/** One opened device. It can be heard in one graph at a time. */
export class Capture {
  readonly options: ResolvedMicrophoneOptions;
  readonly #stream: MediaStream;
  readonly #track: MediaStreamTrack;
  readonly #watch = new AbortController();
  #unplug: () => void = () => undefined;

  private constructor(
    stream: MediaStream,
    track: MediaStreamTrack,
    options: ResolvedMicrophoneOptions,
  ) {
    this.options = options;
    this.#stream = stream;
    this.#track = track;
  }

  /** Asks the user if need be. Rejects with a `VoiceError`, whatever goes wrong. */
  static async open(page: AudioPage, options: ResolvedMicrophoneOptions): Promise<Capture> {
    const problem = pageError(page);
    if (problem) throw problem;
    const media = page.mediaDevices;
    if (!media) throw unsupportedError(['navigator.mediaDevices']);
    try {
      const stream = await media.getUserMedia(microphoneConstraints(options));
      const [track] = stream.getAudioTracks();
      if (!track) throw new DOMException('the stream has no audio', 'NotFoundError');
      return new Capture(stream, track, options);
    } catch (cause) {
      throw await microphoneError(cause, page, options.deviceId);
    }
  }

  get device(): AudioDevice {
    return { id: this.settings.deviceId ?? '', label: this.#track.label };
  }

  get settings(): MediaTrackSettings {
    return this.#track.getSettings();
  }

  get muted(): boolean {
    return this.#track.muted;
  }

  get ended(): boolean {
    return this.#track.readyState === 'ended';
  }

  watch(listener: CaptureListener): void {
    const { signal } = this.#watch;
    this.#track.addEventListener('mute', () => listener.muteChanged(), { signal });
    this.#track.addEventListener('unmute', () => listener.muteChanged(), { signal });
    this.#track.addEventListener('ended', () => listener.ended(), { signal });
  }

  /** Makes its nodes; they are connected, or let go, by who knows that it is in time. */
  async prepare({ context, microphone }: CaptureTarget): Promise<Wiring> {
    const source = this.#createSource(context);
    const released = new AbortController();
    const { noiseSuppression } = this.options;
    const last =
      typeof noiseSuppression === 'function'
        ? source.connect(await noiseSuppression(context, released.signal))
        : source;
    const abandon = (): void => {
      source.disconnect();
      last.disconnect();
      released.abort();
    };
    return {
      abandon,
      connect: () => {
        this.#unplug();
        last.connect(microphone);
        this.#unplug = abandon;
      },
    };
  }

  /** It is heard no more; the device stays open. */
  unplug(): void {
    this.#unplug();
    this.#unplug = () => undefined;
  }

  /** Lets the device go. */
  release(): void {
    this.#watch.abort();
    this.unplug();
    for (const track of this.#stream.getTracks()) track.stop();
  }

  #createSource(context: AudioContext): AudioNode {
    try {
      return context.createMediaStreamSource(this.#stream);
    } catch (cause) {
      // Some browsers do not bring a device to the sample rate of the context.
      if (nameOf(cause) === 'NotSupportedError') throw sampleRateError(cause);
      throw cause;
    }
  }
}
