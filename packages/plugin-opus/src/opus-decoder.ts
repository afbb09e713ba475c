import { VoiceError, type DecoderSettings, type FrameDecoder } from '@sidetone/protocol';
import { checkDecoderSettings } from './codec-settings.js';
import type { OpusErrorCode } from './error-codes.js';
import type { NativeOpus, NativeOpusClass } from './native-opus.js';
import { parsePacketShape, type PacketShape } from './packet-shape.js';
import { readPcm16 } from './pcm16.js';

const SAMPLE_RATE_HZ = 48_000;
/** 20 ms. */
const FIRST_CONCEALMENT_SAMPLES = 960;

/** Opus packets of one talker to samples. */
export class OpusFrameDecoder implements FrameDecoder {
  readonly #channels: 1 | 2;
  #native: NativeOpus | null;
  #last: PacketShape | null = null;

  constructor(Native: NativeOpusClass, settings: DecoderSettings) {
    checkDecoderSettings(settings);
    this.#channels = settings.channels;
    this.#native = new Native(SAMPLE_RATE_HZ, settings.channels);
  }

  decode(packet: Uint8Array): Float32Array {
    const native = this.#open();
    // An empty packet would make libopus conceal 120 ms, so the head is read before it sees any.
    const shape = parsePacketShape(packet);
    if (shape === null) throw packetError(packet);
    let decoded: Buffer;
    try {
      decoded = native.decode(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength));
    } catch (cause) {
      throw packetError(packet, cause);
    }
    this.#last = shape;
    return toSamples(decoded);
  }

  conceal(): Float32Array {
    const native = this.#open();
    const last = this.#last;
    if (last === null) return new Float32Array(FIRST_CONCEALMENT_SAMPLES * this.#channels);
    return toSamples(native.decode(buildEmptyPacket(last)));
  }

  /** The memory of libopus goes with the next garbage collection. */
  close(): void {
    this.#native = null;
  }

  #open(): NativeOpus {
    if (this.#native === null) {
      throw new VoiceError(
        'ERR_CODEC_CLOSED' satisfies OpusErrorCode,
        'this Opus decoder is closed; create another one for another talker',
      );
    }
    return this.#native;
  }
}

/**
 * The last packet with all its frames empty, which libopus takes as lost frames of that mode and
 * length and conceals. Frame count code 3 names any number of frames: the bare TOC octet alone
 * would be refused for packets of 40 and 60 ms, which hold several.
 */
function buildEmptyPacket(last: PacketShape): Buffer {
  return Buffer.from([last.toc | 3, last.frameCount]);
}

function toSamples(decoded: Buffer): Float32Array {
  return readPcm16(new Int16Array(decoded.buffer, decoded.byteOffset, decoded.byteLength / 2));
}

function packetError(packet: Uint8Array, cause?: unknown): VoiceError<OpusErrorCode> {
  return new VoiceError(
    'ERR_CODEC_PACKET',
    `these "${packet.length}" bytes are no valid Opus packet of 120 ms or less; drop them and conceal the frame`,
    { cause, details: { bytes: packet.length } },
  );
}
