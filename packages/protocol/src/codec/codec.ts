/**
 * A speech and music codec as Sidetone uses it. Samples are 32-bit floats in -1..1 at 48 kHz,
 * interleaved when there is more than one channel.
 *
 * Implementations check every length before it reaches native code: a wrong buffer is answered
 * with a `VoiceError`, it never ends the process. Packets come from other people and are hostile.
 */
export interface Codec {
  /** Registered name of the payload format; `opus` is the only one that v1 of the wire knows. */
  readonly name: string;
  /** Throws `ERR_CODEC_SETTINGS`. */
  createEncoder(settings: EncoderSettings): FrameEncoder;
  /** Throws `ERR_CODEC_SETTINGS`. */
  createDecoder(settings: DecoderSettings): FrameDecoder;
}

/** Durations of one frame that the wire can name. */
export type FrameDurationMs = 10 | 20 | 40 | 60;

export interface EncoderSettings {
  readonly channels: 1 | 2;
  readonly frameDurationMs: FrameDurationMs;
  /** Target of the whole packet stream, 6,000-510,000. */
  readonly bitrateBps: number;
  /** Tunes the encoder for intelligibility or for fidelity. */
  readonly application: 'voice' | 'audio';
  /**
   * In-band forward error correction: a packet repeats the frame before it, coarsely, where the
   * encoder finds it worth the bits. Default: true for `voice`, false for `audio`. It exists only
   * where speech is modelled and the bitrate leaves room (see `expectedLossPercent`).
   */
  readonly fec?: boolean;
  /** Packets likely to be lost, 0-30, default 10. The more, the more bits go to the repetition. */
  readonly expectedLossPercent?: number;
  /** Effort, 0-10. Default: that of the codec. */
  readonly complexity?: number;
  /** What the sound is, for the choice of the model; `auto`, the default, lets the encoder guess. */
  readonly signal?: 'auto' | 'voice' | 'music';
  /**
   * Default: that of the codec. False makes all packets of a stream equally long, so that their
   * lengths tell nothing about the words.
   */
  readonly variableBitrate?: boolean;
}

/** What may change during a stream; ranges as in {@link EncoderSettings}. */
export interface EncoderAdjustment {
  readonly bitrateBps?: number;
  readonly expectedLossPercent?: number;
}

export interface DecoderSettings {
  readonly channels: 1 | 2;
}

/** Holds the state of one stream: frames go in without gaps and in order. */
export interface FrameEncoder {
  /** Exactly one frame of `frameDurationMs`; any other length is `ERR_CODEC_FRAME_LENGTH`. */
  encode(samples: Float32Array): Uint8Array;
  /** From the next frame on. Throws `ERR_CODEC_SETTINGS` and has changed nothing then. */
  adjust(adjustment: EncoderAdjustment): void;
  /** Idempotent. Every other call after it throws `ERR_CODEC_CLOSED`. */
  close(): void;
}

/**
 * Holds the state of one talker: frames go out in the order of their sequence numbers, each either
 * decoded, recovered from the packet after it, or concealed.
 *
 * What comes out is finite and within -1..1, whatever the packet. The forms with `out` allocate
 * nothing; they write to its beginning and answer the samples of each channel. They throw
 * `ERR_CODEC_FRAME_LENGTH` where `out` is too short or a duration is no multiple of 2.5 ms up to
 * 120. A call that throws has not moved the stream.
 */
export interface FrameDecoder {
  /** One packet to its samples. A packet that is no valid one throws `ERR_CODEC_PACKET`. */
  decode(packet: Uint8Array): Float32Array;
  decodeInto(packet: Uint8Array, out: Float32Array): number;
  /**
   * The lost frame *before* this packet, out of the packet's forward error correction; where it
   * has none, as good as concealed. The packet itself is to be decoded next. It lasts as long as
   * the frame last decoded, or 20 ms. Throws `ERR_CODEC_PACKET`.
   */
  recover(packet: Uint8Array): Float32Array;
  recoverInto(packet: Uint8Array, out: Float32Array, durationMs: number): number;
  /** Stands in for one lost frame of the duration last decoded; before any frame, 20 ms of silence. */
  conceal(): Float32Array;
  concealInto(out: Float32Array, durationMs: number): number;
  /** Idempotent. Every other call after it throws `ERR_CODEC_CLOSED`. */
  close(): void;
}
