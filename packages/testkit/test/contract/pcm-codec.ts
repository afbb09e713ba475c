import {
  VoiceError,
  type Codec,
  type DecoderSettings,
  type EncoderSettings,
  type FrameDecoder,
  type FrameDurationMs,
  type FrameEncoder,
} from '@sidetone/protocol';

/** A codec that keeps the contract and compresses nothing: a duration octet, then 16-bit samples. */
export const pcmCodec: Codec = {
  name: 'pcm',
  createEncoder: (settings) => new PcmEncoder(settings),
  createDecoder: (settings) => new PcmDecoder(settings),
};

const closed = () => new VoiceError('ERR_CODEC_CLOSED', 'the codec is closed');

class PcmEncoder implements FrameEncoder {
  readonly #settings: EncoderSettings;
  #closed = false;

  constructor(settings: EncoderSettings) {
    this.#settings = settings;
  }

  encode(samples: Float32Array): Uint8Array {
    if (this.#closed) throw closed();
    const { frameDurationMs, channels } = this.#settings;
    if (samples.length !== 48 * frameDurationMs * channels) {
      throw new VoiceError('ERR_CODEC_FRAME_LENGTH', `"${samples.length}" is no frame`);
    }
    const packet = new DataView(new ArrayBuffer(1 + 2 * samples.length));
    packet.setUint8(0, frameDurationMs);
    samples.forEach((sample, at) => {
      const level = Number.isNaN(sample) ? 0 : Math.max(-1, Math.min(1, sample));
      packet.setInt16(1 + 2 * at, Math.round(level * 32_767));
    });
    return new Uint8Array(packet.buffer);
  }

  close(): void {
    this.#closed = true;
  }
}

class PcmDecoder implements FrameDecoder {
  readonly #settings: DecoderSettings;
  #lastDurationMs = 20;
  #closed = false;

  constructor(settings: DecoderSettings) {
    this.#settings = settings;
  }

  decode(packet: Uint8Array): Float32Array {
    if (this.#closed) throw closed();
    const durationMs = packet[0] as FrameDurationMs | undefined;
    const length = 48 * (durationMs ?? 0) * this.#settings.channels;
    if (length === 0 || ![10, 20, 40, 60].includes(durationMs ?? 0)) throw this.#refuse(packet);
    if (packet.length !== 1 + 2 * length) throw this.#refuse(packet);
    this.#lastDurationMs = durationMs ?? 20;
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    return Float32Array.from({ length }, (_, at) => view.getInt16(1 + 2 * at) / 32_767);
  }

  conceal(): Float32Array {
    if (this.#closed) throw closed();
    return new Float32Array(48 * this.#lastDurationMs * this.#settings.channels);
  }

  close(): void {
    this.#closed = true;
  }

  #refuse(packet: Uint8Array): VoiceError {
    return new VoiceError('ERR_CODEC_PACKET', `"${packet.length}" bytes are no packet`);
  }
}
