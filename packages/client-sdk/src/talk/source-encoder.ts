import {
  LEVEL_WITHHELD,
  type EncoderSettings,
  type FrameDurationMs,
  type FrameEncoder,
  type MaybePromise,
} from '@sidetone/protocol';
import type { AudioSource, OpusSource } from '../audio/audio-source.js';
import { Framer } from '../audio/framer.js';
import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import type { CodecChoice } from '../codec-policy/link-report.js';
import { levelDbfs } from '../gate/level-meter.js';
import type { OutgoingFrame } from './talk-sender.js';
import { levelOctet } from './voice-level.js';

/** As `FrameEncoder`, but packets may take their time; they come in the order of the frames. */
export interface SpeechEncoder extends Pick<FrameEncoder, 'adjust' | 'close'> {
  encode(samples: Float32Array): MaybePromise<Uint8Array>;
}

/** A `Codec`, or what encodes elsewhere. */
export interface EncoderFactory {
  createEncoder(settings: EncoderSettings): SpeechEncoder;
}

/** A frame that is encoded only if somebody is to hear it. */
export interface SpeechFrame {
  readonly durationMs: FrameDurationMs;
  /** `null` for what is encoded already. */
  readonly samples: Float32Array | null;
  /** RMS in dBFS; `null` for what is encoded already. */
  readonly levelDbfs: number | null;
  /** Called at most once, in the order of the frames: an encoder remembers. */
  encode(): OutgoingFrame;
}

/** A framer goes on with its frames until it is renewed where nothing is being said. */
export interface RenewableFramer {
  readonly framer: Framer;
  readonly durationMs: FrameDurationMs;
}

/** The one encoder of a source, and the way of its sound into frames. */
export class SourceEncoder {
  readonly #codec: EncoderFactory;
  #settings: EncoderSettings;
  #encoder: SpeechEncoder | null = null;
  /** Of the frames that `#encoder` takes. */
  #encodesMs: FrameDurationMs | null = null;

  constructor(codec: EncoderFactory, settings: EncoderSettings) {
    this.#codec = codec;
    this.#settings = settings;
  }

  get settings(): EncoderSettings {
    return this.#settings;
  }

  /** From the next frame on, but for the duration, which is that of framers made from now on. */
  follow({ bitrateBps, expectedLossPercent, frameDurationMs }: CodecChoice): void {
    this.#settings = { ...this.#settings, bitrateBps, expectedLossPercent, frameDurationMs };
    this.#encoder?.adjust({ bitrateBps, expectedLossPercent });
  }

  framer(channels: 1 | 2): RenewableFramer {
    const { frameDurationMs: durationMs, channels: encoded } = this.settings;
    const framer = new Framer(durationMs * SAMPLES_PER_MS * encoded, channels, encoded);
    return { framer, durationMs };
  }

  frame(samples: Float32Array, durationMs: FrameDurationMs): SpeechFrame {
    const level = levelDbfs(samples);
    const encode = (): OutgoingFrame => {
      const packet = this.#encoderOf(durationMs).encode(samples);
      return { packet, durationMs, level: levelOctet(level) };
    };
    return { durationMs, samples, levelDbfs: level, encode };
  }

  /**
   * @param signal nobody wants the frames any more
   * @param silent whether nothing is being said, so that the duration of frames may change
   */
  async *frames(
    source: AudioSource | OpusSource,
    signal?: AbortSignal,
    silent: () => boolean = () => false,
  ): AsyncGenerator<SpeechFrame> {
    if (source.kind === 'opus') yield* opusFrames(source, signal);
    else yield* this.#pcmFrames(source, signal, silent);
  }

  close(): void {
    this.#encoder?.close();
    this.#encoder = null;
  }

  async *#pcmFrames(
    source: AudioSource,
    signal: AbortSignal | undefined,
    silent: () => boolean,
  ): AsyncGenerator<SpeechFrame> {
    let writer = this.framer(source.channels);
    for await (const samples of source.samples(signal)) {
      if (writer.durationMs !== this.settings.frameDurationMs && silent()) {
        writer = this.framer(source.channels);
      }
      for (const frame of writer.framer.add(samples)) yield this.frame(frame, writer.durationMs);
    }
    const rest = writer.framer.flush();
    if (rest) yield this.frame(rest, writer.durationMs);
  }

  /** An encoder has frames of one duration: another one begins anew. */
  #encoderOf(durationMs: FrameDurationMs): SpeechEncoder {
    if (this.#encoder && this.#encodesMs === durationMs) return this.#encoder;
    this.#encoder?.close();
    this.#encodesMs = durationMs;
    this.#encoder = this.#codec.createEncoder({ ...this.settings, frameDurationMs: durationMs });
    return this.#encoder;
  }
}

async function* opusFrames(
  source: OpusSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<SpeechFrame> {
  for await (const { packet, durationMs } of source.packets(signal)) {
    const encode = (): OutgoingFrame => ({ packet, durationMs, level: LEVEL_WITHHELD });
    yield { durationMs, samples: null, levelDbfs: null, encode };
  }
}
