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
  createEncoder(settings: EncoderSettings): FrameEncoder;
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
}

export interface DecoderSettings {
  readonly channels: 1 | 2;
}

/** Holds the state of one stream: frames go in without gaps and in order. */
export interface FrameEncoder {
  /** Exactly one frame of `frameDurationMs`; any other length is `ERR_CODEC_FRAME_LENGTH`. */
  encode(samples: Float32Array): Uint8Array;
  /** Idempotent. Every other call after it throws `ERR_CODEC_CLOSED`. */
  close(): void;
}

/** Holds the state of one talker: packets go in by sequence number, each loss as one `conceal`. */
export interface FrameDecoder {
  /** One packet to its samples. A packet that is no valid one throws `ERR_CODEC_PACKET`. */
  decode(packet: Uint8Array): Float32Array;
  /** Stands in for one lost frame of the duration last decoded; before any frame, 20 ms of silence. */
  conceal(): Float32Array;
  /** Idempotent. Every other call after it throws `ERR_CODEC_CLOSED`. */
  close(): void;
}
