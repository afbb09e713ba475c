import type { Codec } from '@sidetone/protocol';
import type { AudioSource, OpusSource } from '../audio/audio-source.js';
import type { Framer } from '../audio/framer.js';
import { clientError } from '../error/client-error.js';
import { FrameReader } from './frame-reader.js';
import { SourceEncoder } from './source-encoder.js';
import { resolveSourceSettings, type SourceSettings } from './source-settings.js';
import type { TalkSender } from './talk-sender.js';

export interface TalkSourceParts {
  readonly name: string;
  readonly codec: Codec;
  readonly settings: SourceSettings | undefined;
  /** The source's sender in the current session; `null` before its first target. */
  readonly sender: () => TalkSender | null;
  readonly report: (cause: unknown) => void;
}

/**
 * Something that talks: a microphone, music. It has one encoder, and what it is fed goes to those
 * of its targets that are started; while none is, nothing is encoded and nothing leaves.
 */
export class TalkSource {
  readonly name: string;
  readonly #sender: () => TalkSender | null;
  readonly #report: (cause: unknown) => void;
  readonly #encoder: SourceEncoder;
  #writer: Framer | null = null;
  #user: string | null = null;

  constructor({ name, codec, settings, sender, report }: TalkSourceParts) {
    this.name = name;
    this.#sender = sender;
    this.#report = report;
    this.#encoder = new SourceEncoder(codec, resolveSourceSettings(name, settings));
  }

  /** Channels that `write` expects. */
  get channels(): 1 | 2 {
    return this.#encoder.settings.channels;
  }

  /** For `TalkTarget.play`. */
  get encoder(): SourceEncoder {
    return this.#encoder;
  }

  /**
   * Feeds samples as they are captured: 48 kHz floats in -1..1, interleaved, any number of them.
   * Ignored while a target plays from this source.
   */
  write(samples: Float32Array): void {
    if (this.#user !== null) return;
    this.#writer ??= this.#encoder.framer(this.channels);
    for (const frame of this.#writer.add(samples)) {
      const sender = this.#sender();
      if (sender?.wanted) sender.send(this.#encoder.frame(frame).encode());
    }
  }

  /**
   * Feeds a live source, such as a microphone, until it ends or the signal says stop. Throws
   * `ERR_CLIENT_STATE` while something else is fed or played.
   */
  async feed(source: AudioSource | OpusSource, signal?: AbortSignal): Promise<void> {
    const until = signal ?? new AbortController().signal;
    await this.occupy('feed', async () => {
      const reader = new FrameReader(this.#encoder.frames(source), until);
      try {
        for (let frame = await reader.next(); frame; frame = await reader.next()) {
          const sender = this.#sender();
          if (sender?.wanted) sender.send(frame.encode());
        }
      } finally {
        reader.close(this.#report);
      }
    });
  }

  /** Runs what needs the source for itself: two voices cannot share one encoder. */
  async occupy<T>(user: string, run: () => Promise<T>): Promise<T> {
    if (this.#user !== null) {
      throw clientError(
        'ERR_CLIENT_STATE',
        `source "${this.name}" is in use by "${this.#user}"; wait for its end, or use another source`,
      );
    }
    this.#user = user;
    try {
      return await run();
    } finally {
      this.#user = null;
    }
  }

  close(): void {
    this.#encoder.close();
  }
}
