import {
  LEVEL_WITHHELD,
  type Codec,
  type EncoderSettings,
  type FrameDurationMs,
  type FrameEncoder,
} from '@sidetone/protocol';
import type { AudioSource, OpusSource } from '../audio/audio-source.js';
import { Framer } from '../audio/framer.js';
import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import { levelDbfs } from '../gate/level-meter.js';
import type { OutgoingFrame } from './talk-sender.js';
import { levelOctet } from './voice-level.js';

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

/** The one encoder of a source, and the way of its sound into frames. */
export class SourceEncoder {
  readonly settings: EncoderSettings;
  readonly #codec: Codec;
  #encoder: FrameEncoder | null = null;

  constructor(codec: Codec, settings: EncoderSettings) {
    this.#codec = codec;
    this.settings = settings;
  }

  framer(channels: 1 | 2): Framer {
    const { frameDurationMs, channels: encoded } = this.settings;
    return new Framer(frameDurationMs * SAMPLES_PER_MS * encoded, channels, encoded);
  }

  frame(samples: Float32Array): SpeechFrame {
    const durationMs = this.settings.frameDurationMs;
    const level = levelDbfs(samples);
    const encode = (): OutgoingFrame => {
      this.#encoder ??= this.#codec.createEncoder(this.settings);
      return { packet: this.#encoder.encode(samples), durationMs, level: levelOctet(level) };
    };
    return { durationMs, samples, levelDbfs: level, encode };
  }

  async *frames(source: AudioSource | OpusSource): AsyncGenerator<SpeechFrame> {
    if (source.kind === 'opus') yield* opusFrames(source);
    else yield* this.#pcmFrames(source);
  }

  close(): void {
    this.#encoder?.close();
    this.#encoder = null;
  }

  async *#pcmFrames(source: AudioSource): AsyncGenerator<SpeechFrame> {
    const framer = this.framer(source.channels);
    for await (const samples of source.samples()) {
      for (const frame of framer.add(samples)) yield this.frame(frame);
    }
    const rest = framer.flush();
    if (rest) yield this.frame(rest);
  }
}

async function* opusFrames(source: OpusSource): AsyncGenerator<SpeechFrame> {
  for await (const { packet, durationMs } of source.packets()) {
    const encode = (): OutgoingFrame => ({ packet, durationMs, level: LEVEL_WITHHELD });
    yield { durationMs, samples: null, levelDbfs: null, encode };
  }
}
