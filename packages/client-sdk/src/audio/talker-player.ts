import type { Codec, FrameDecoder } from '@sidetone/protocol';
import { FADED_CONCEALMENT_MS, shapeConcealment } from '../receiver/concealment-envelope.js';
import { crossfade, CROSSFADE_SAMPLES } from '../receiver/crossfade.js';
import type { DecodeAction, RecoverAction } from '../receiver/playout-action.js';
import { TimeStretcher } from '../receiver/time-stretcher.js';
import type { OpusFrame } from './opus-frame.js';
import type { Receiver } from './receiver.js';
import { SAMPLES_PER_MS } from './sample-rate.js';

/** The longest that a packet of Opus can be, whatever its frame says. */
const MAX_PACKET_SAMPLES = 120 * SAMPLES_PER_MS;
/** A decoder without any sound to give must not keep `read` waiting for ever. */
const NO_SOUND_SAMPLES = 10 * SAMPLES_PER_MS;

export interface TalkerPlayerParts {
  readonly codec: Codec;
  readonly channels: 1 | 2;
  readonly receiver: Receiver;
  /** A packet that the decoder refuses: it came from another person and is concealed. */
  readonly packetRefused: (cause: unknown) => void;
}

/**
 * The sound of one talker, sample by sample: what the receiver decides, the decoder turns to sound.
 * Plain playing allocates nothing.
 */
export class TalkerPlayer {
  readonly receiver: Receiver;
  readonly channels: 1 | 2;
  readonly #decoder: FrameDecoder;
  readonly #packetRefused: (cause: unknown) => void;
  readonly #decoded: Float32Array;
  /** The last samples that were made, to lead over from. */
  readonly #tail: Float32Array;
  #stretcher: TimeStretcher | null = null;
  /** What is being read: `#decoded`, or the stretcher's memory. */
  #samples: Float32Array;
  #length = 0;
  #offset = 0;
  #lastFrame: OpusFrame | null = null;

  constructor({ codec, channels, receiver, packetRefused }: TalkerPlayerParts) {
    this.receiver = receiver;
    this.channels = channels;
    this.#decoder = codec.createDecoder({ channels });
    this.#packetRefused = packetRefused;
    this.#decoded = new Float32Array(MAX_PACKET_SAMPLES * channels);
    this.#tail = new Float32Array(CROSSFADE_SAMPLES * channels);
    this.#samples = this.#decoded;
  }

  /** Nothing sounds and nothing will without new frames. */
  get idle(): boolean {
    return this.receiver.idle && this.#offset >= this.#length;
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
      if (this.#offset >= this.#length) {
        this.#makeSamples(nowMs + filled / this.channels / SAMPLES_PER_MS);
      }
      const count = Math.min(out.length - filled, this.#length - this.#offset);
      for (let i = 0; i < count; i++) out[filled + i] = this.#samples[this.#offset + i] ?? 0;
      filled += count;
      this.#offset += count;
    }
  }

  close(): void {
    this.#decoder.close();
  }

  #makeSamples(nowMs: number): void {
    const action = this.receiver.pull(nowMs);
    this.#samples = this.#decoded;
    switch (action.kind) {
      case 'silence':
        this.#beSilent(action.sampleCount);
        break;
      case 'conceal':
        this.#conceal(action.durationMs, action.concealedMs);
        break;
      case 'recover':
        this.#lastFrame = action.from;
        this.#recover(action);
        break;
      case 'decode':
        this.#lastFrame = action.frame;
        this.#decode(action);
        break;
    }
    this.#offset = 0;
    this.#rememberTail();
  }

  #decode(action: DecodeAction<OpusFrame>): void {
    try {
      this.#take(this.#decoder.decodeInto(action.packet, this.#decoded));
    } catch (cause) {
      this.#packetRefused(cause);
      return this.#conceal(action.durationMs, 0);
    }
    if (action.crossfade) this.#leadOver();
    if (action.stretchMs !== 0) this.#stretch(action.stretchMs);
  }

  #recover(action: RecoverAction<OpusFrame>): void {
    try {
      this.#take(this.#decoder.recoverInto(action.packet, this.#decoded, action.durationMs));
    } catch (cause) {
      this.#packetRefused(cause);
      return this.#conceal(action.durationMs, 0);
    }
    if (action.crossfade) this.#leadOver();
  }

  #conceal(durationMs: number, concealedMs: number): void {
    if (concealedMs >= FADED_CONCEALMENT_MS) return this.#beSilent(durationMs * SAMPLES_PER_MS);
    this.#take(this.#decoder.concealInto(this.#decoded, durationMs));
    shapeConcealment(this.#decoded.subarray(0, this.#length), this.channels, concealedMs);
  }

  #take(samplesPerChannel: number): void {
    if (samplesPerChannel === 0) return this.#beSilent(NO_SOUND_SAMPLES);
    this.#length = samplesPerChannel * this.channels;
  }

  #beSilent(samplesPerChannel: number): void {
    this.#length = samplesPerChannel * this.channels;
    this.#decoded.fill(0, 0, this.#length);
  }

  #leadOver(): void {
    crossfade(this.#decoded.subarray(0, this.#length), this.#tail, this.channels);
  }

  #stretch(wishMs: number): void {
    this.#stretcher ??= new TimeStretcher(this.channels);
    const wish = Math.round(wishMs * SAMPLES_PER_MS);
    const changed = this.#stretcher.stretch(this.#decoded.subarray(0, this.#length), wish);
    const difference = (changed.length - this.#length) / this.channels;
    if (difference === 0) return;
    this.#samples = changed;
    this.#length = changed.length;
    this.receiver.stretched(difference / SAMPLES_PER_MS);
  }

  #rememberTail(): void {
    const tail = this.#tail;
    const fresh = Math.min(tail.length, this.#length);
    tail.copyWithin(0, fresh);
    const from = this.#length - fresh;
    const to = tail.length - fresh;
    for (let i = 0; i < fresh; i++) tail[to + i] = this.#samples[from + i] ?? 0;
  }
}
