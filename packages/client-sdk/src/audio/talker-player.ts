import type { Codec, FrameDecoder } from '@sidetone/protocol';
import type { OpusFrame } from './opus-frame.js';
import type { Receiver } from './receiver.js';
import { SAMPLES_PER_MS } from './sample-rate.js';

/** How long a receiver without anything due is left alone. */
const SILENCE_MS = 10;

export interface TalkerPlayerParts {
  readonly codec: Codec;
  readonly channels: 1 | 2;
  readonly receiver: Receiver;
  /** A packet that the decoder refuses: it came from another person and is concealed. */
  readonly packetRefused: (cause: unknown) => void;
}

/** The sound of one talker, sample by sample: what the receiver decides, the decoder turns to sound. */
export class TalkerPlayer {
  readonly receiver: Receiver;
  readonly channels: 1 | 2;
  readonly #decoder: FrameDecoder;
  readonly #packetRefused: (cause: unknown) => void;
  readonly #silence: Float32Array;
  #decoded: Float32Array;
  #offset = 0;
  #lastFrame: OpusFrame | null = null;

  constructor({ codec, channels, receiver, packetRefused }: TalkerPlayerParts) {
    this.receiver = receiver;
    this.channels = channels;
    this.#decoder = codec.createDecoder({ channels });
    this.#packetRefused = packetRefused;
    this.#silence = new Float32Array(SILENCE_MS * SAMPLES_PER_MS * channels);
    this.#decoded = this.#silence.subarray(0, 0);
  }

  /** Nothing sounds and nothing will without new frames. */
  get idle(): boolean {
    return this.receiver.idle && this.#offset >= this.#decoded.length;
  }

  /** The frame decoded last; its route says which net is heard. */
  get lastFrame(): OpusFrame | null {
    return this.#lastFrame;
  }

  /**
   * Fills `out` (interleaved where there are two channels).
   * @param nowMs when its first sample will be heard
   */
  read(out: Float32Array, nowMs: number): void {
    let filled = 0;
    while (filled < out.length) {
      if (this.#offset >= this.#decoded.length) {
        const aheadMs = filled / this.channels / SAMPLES_PER_MS;
        this.#decoded = this.#nextSamples(nowMs + aheadMs);
        this.#offset = 0;
      }
      const part = this.#decoded.subarray(this.#offset, this.#offset + out.length - filled);
      out.set(part, filled);
      filled += part.length;
      this.#offset += part.length;
    }
  }

  close(): void {
    this.#decoder.close();
  }

  #nextSamples(nowMs: number): Float32Array {
    const step = this.receiver.pull(nowMs);
    switch (step.kind) {
      case 'silence':
        return this.#silence;
      case 'conceal':
        return this.#orSilence(this.#decoder.conceal());
      case 'decode':
        this.#lastFrame = step.frame;
        return this.#orSilence(this.#decode(step.frame));
    }
  }

  #decode({ packet }: OpusFrame): Float32Array {
    try {
      return this.#decoder.decode(packet);
    } catch (cause) {
      this.#packetRefused(cause);
      return this.#decoder.conceal();
    }
  }

  /** A decoder without any sound to give must not keep `read` waiting for ever. */
  #orSilence(samples: Float32Array): Float32Array {
    return samples.length === 0 ? this.#silence : samples;
  }
}
