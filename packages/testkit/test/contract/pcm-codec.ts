import {
  VoiceError,
  type Codec,
  type DecoderSettings,
  type EncoderAdjustment,
  type EncoderSettings,
  type FrameDecoder,
  type FrameEncoder,
} from '@sidetone/protocol';

/** A codec that keeps the contract and compresses nothing: a duration octet, then 16-bit samples. */
export const pcmCodec: Codec = {
  name: 'pcm',
  createEncoder: (settings) => new PcmEncoder(settings),
  createDecoder: (settings) => new PcmDecoder(settings),
};

const closed = () => new VoiceError('ERR_CODEC_CLOSED', 'the codec is closed');

/** Below it there is no room to repeat the frame before. */
const MIN_FEC_BITRATE_BPS = 20_000;
const SAMPLES_PER_MS = 48;

class PcmEncoder implements FrameEncoder {
  readonly #settings: EncoderSettings;
  #bitrateBps: number;
  #last: Uint8Array = new Uint8Array(0);
  #closed = false;

  constructor(settings: EncoderSettings) {
    this.#settings = settings;
    this.#bitrateBps = settings.bitrateBps;
  }

  encode(samples: Float32Array): Uint8Array {
    if (this.#closed) throw closed();
    const { frameDurationMs, channels } = this.#settings;
    if (samples.length !== SAMPLES_PER_MS * frameDurationMs * channels) {
      throw new VoiceError('ERR_CODEC_FRAME_LENGTH', `"${samples.length}" is no frame`);
    }
    const frame = new DataView(new ArrayBuffer(2 * samples.length));
    samples.forEach((sample, at) => {
      const level = Number.isNaN(sample) ? 0 : Math.max(-1, Math.min(1, sample));
      frame.setInt16(2 * at, Math.round(level * 32_767));
    });
    const repeated = this.#bitrateBps < MIN_FEC_BITRATE_BPS ? new Uint8Array(0) : this.#last;
    this.#last = new Uint8Array(frame.buffer);
    return Uint8Array.from([frameDurationMs, ...this.#last, ...repeated]);
  }

  adjust({ bitrateBps, expectedLossPercent }: EncoderAdjustment): void {
    if (this.#closed) throw closed();
    if (
      !isInteger(bitrateBps ?? 6_000, 6_000, 510_000) ||
      !isInteger(expectedLossPercent ?? 0, 0, 30)
    ) {
      throw new VoiceError('ERR_CODEC_SETTINGS', 'the adjustment is out of range');
    }
    this.#bitrateBps = bitrateBps ?? this.#bitrateBps;
  }

  close(): void {
    this.#closed = true;
  }
}

interface PcmPacket {
  readonly frame: Float32Array;
  /** The frame before it, where the packet repeats it. */
  readonly before: Float32Array | null;
}

class PcmDecoder implements FrameDecoder {
  readonly #channels: 1 | 2;
  #last: Float32Array | null = null;
  #closed = false;

  constructor({ channels }: DecoderSettings) {
    this.#channels = channels;
  }

  decode(packet: Uint8Array): Float32Array {
    this.#last = this.#read(packet).frame;
    return this.#last.slice();
  }

  decodeInto(packet: Uint8Array, out: Float32Array): number {
    const { frame } = this.#read(packet);
    const written = this.#write(frame, out);
    this.#last = frame;
    return written;
  }

  recover(packet: Uint8Array): Float32Array {
    return this.#recover(packet, this.#lastLength);
  }

  recoverInto(packet: Uint8Array, out: Float32Array, durationMs: number): number {
    return this.#write(this.#recover(packet, this.#lengthOf(durationMs)), out);
  }

  conceal(): Float32Array {
    if (this.#closed) throw closed();
    return this.#repeat(this.#lastLength);
  }

  concealInto(out: Float32Array, durationMs: number): number {
    if (this.#closed) throw closed();
    return this.#write(this.#repeat(this.#lengthOf(durationMs)), out);
  }

  close(): void {
    this.#closed = true;
  }

  get #lastLength(): number {
    return this.#last?.length ?? 20 * SAMPLES_PER_MS * this.#channels;
  }

  #read(packet: Uint8Array): PcmPacket {
    if (this.#closed) throw closed();
    const durationMs = packet[0] ?? 0;
    const length = SAMPLES_PER_MS * durationMs * this.#channels;
    const isWhole = packet.length === 1 + 2 * length || packet.length === 1 + 4 * length;
    if (![10, 20, 40, 60].includes(durationMs) || !isWhole) {
      throw new VoiceError('ERR_CODEC_PACKET', `"${packet.length}" bytes are no packet`);
    }
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    const samplesAt = (offset: number): Float32Array =>
      Float32Array.from({ length }, (_, at) =>
        Math.max(-1, view.getInt16(offset + 2 * at) / 32_767),
      );
    const repeats = packet.length > 1 + 2 * length;
    return { frame: samplesAt(1), before: repeats ? samplesAt(1 + 2 * length) : null };
  }

  #recover(packet: Uint8Array, length: number): Float32Array {
    const { before } = this.#read(packet);
    return before?.length === length ? before : this.#repeat(length);
  }

  #repeat(length: number): Float32Array {
    const last = this.#last;
    return Float32Array.from({ length }, (_, at) => last?.[at % last.length] ?? 0);
  }

  #lengthOf(durationMs: number): number {
    if (durationMs > 0 && durationMs <= 120 && durationMs % 2.5 === 0) {
      return durationMs * SAMPLES_PER_MS * this.#channels;
    }
    throw new VoiceError('ERR_CODEC_FRAME_LENGTH', `"${durationMs}" ms are no duration`);
  }

  #write(samples: Float32Array, out: Float32Array): number {
    if (out.length < samples.length) {
      throw new VoiceError('ERR_CODEC_FRAME_LENGTH', `"${out.length}" is too little room`);
    }
    out.set(samples);
    return samples.length / this.#channels;
  }
}

function isInteger(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
