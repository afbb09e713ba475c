import type { AudioSource, OpusSource } from '../audio/audio-source.js';
import { clientError } from '../error/client-error.js';
import type { MeterReading } from '../gate/level-meter.js';
import type { ResolvedGateOptions } from '../gate/resolve-gate-options.js';
import type { KeyGate, KeyGateListener } from '../media/key-gate.js';
import type { CaptureDetails, Speaker } from '../media/speaker.js';
import type { TalkTarget } from './talk-target.js';

/**
 * Something that talks: a microphone, music. It has one encoder, and what it is fed goes to those
 * of its targets that are started; while none is, nothing is encoded and nothing leaves.
 */
export class TalkSource {
  readonly name: string;
  readonly #speaker: Speaker;
  #hasGate = false;

  constructor(name: string, speaker: Speaker) {
    this.name = name;
    this.#speaker = speaker;
  }

  /** Channels that `write` expects. */
  get channels(): 1 | 2 {
    return this.#speaker.channels;
  }

  /** How loud it is, whether it is sent or not; of encoded packets it is unknown. */
  get level(): MeterReading {
    return this.#speaker.level;
  }

  /** For targets and their registry. */
  get speaker(): Speaker {
    return this.#speaker;
  }

  /**
   * Feeds samples as they are captured: 48 kHz floats in -1..1, interleaved, any number of them.
   * Ignored while a target plays from this source.
   */
  write(samples: Float32Array, details: CaptureDetails = {}): void {
    this.#speaker.write(samples, details);
  }

  /**
   * Feeds a live source, such as a microphone, until it ends or the signal says stop. Throws
   * `ERR_CLIENT_STATE` while something else is fed or played.
   */
  feed(source: AudioSource | OpusSource, signal?: AbortSignal): Promise<void> {
    return this.#speaker.feed(source, signal ?? new AbortController().signal);
  }

  /** For keyboards: one of them decides at a time. Throws `ERR_CLIENT_STATE`. */
  openGate(options: ResolvedGateOptions, listener: KeyGateListener): KeyGate<TalkTarget> {
    if (this.#hasGate) {
      throw clientError(
        'ERR_CLIENT_STATE',
        `source "${this.name}" has a keyboard already; use that one, or close it`,
      );
    }
    this.#hasGate = true;
    return this.#speaker.openGate(options, listener);
  }

  /** The gate has been closed. */
  gateClosed(): void {
    this.#hasGate = false;
  }
}
