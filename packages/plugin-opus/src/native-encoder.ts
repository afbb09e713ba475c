import { VoiceError, type EncoderSettings, type FrameEncoder } from '@sidetone/protocol';
import { checkEncoderSettings } from './codec-settings.js';
import type { OpusErrorCode } from './error-codes.js';
import type { NativeOpus, NativeOpusClass } from './native-opus.js';
import type { ResolvedOpusOptions } from './options.js';
import { writePcm16 } from './pcm16.js';

const SAMPLE_RATE_HZ = 48_000;

/** Request numbers of `opus_encoder_ctl` and values of the first (opus_defines.h). */
const SET_APPLICATION = 4000;
const SET_BITRATE = 4002;
const SET_VBR = 4006;
const SET_COMPLEXITY = 4010;
const APPLICATION = { voice: 2048, audio: 2049 } as const;

/** One stream to Opus packets; in-band FEC and DTX are off. */
export class OpusFrameEncoder implements FrameEncoder {
  readonly #frame: Int16Array;
  readonly #frameBytes: Buffer;
  #native: NativeOpus | null;

  constructor(Native: NativeOpusClass, settings: EncoderSettings, options: ResolvedOpusOptions) {
    checkEncoderSettings(settings);
    const { channels, frameDurationMs, bitrateBps, application } = settings;
    // libopus is shown no memory but this, which always has the right length: any other length
    // would abort the whole process, past every catch.
    this.#frame = new Int16Array((channels * frameDurationMs * SAMPLE_RATE_HZ) / 1000);
    this.#frameBytes = Buffer.from(this.#frame.buffer);
    this.#native = new Native(SAMPLE_RATE_HZ, channels);
    // The application is fixed by the first encode, so it comes before everything else.
    this.#native.applyEncoderCTL(SET_APPLICATION, APPLICATION[application]);
    this.#native.applyEncoderCTL(SET_BITRATE, bitrateBps);
    this.#native.applyEncoderCTL(SET_VBR, options.variableBitrate ? 1 : 0);
    this.#native.applyEncoderCTL(SET_COMPLEXITY, options.complexity);
  }

  encode(samples: Float32Array): Uint8Array {
    if (this.#native === null) throw closedError();
    if (samples.length !== this.#frame.length) {
      throw frameLengthError(samples.length, this.#frame.length);
    }
    writePcm16(samples, this.#frame);
    const packet = this.#native.encode(this.#frameBytes);
    return new Uint8Array(packet.buffer, packet.byteOffset, packet.byteLength);
  }

  /** The memory of libopus goes with the next garbage collection. */
  close(): void {
    this.#native = null;
  }
}

function closedError(): VoiceError<OpusErrorCode> {
  return new VoiceError(
    'ERR_CODEC_CLOSED',
    'this Opus encoder is closed; create another one for another stream',
  );
}

function frameLengthError(given: number, expected: number): VoiceError<OpusErrorCode> {
  return new VoiceError(
    'ERR_CODEC_FRAME_LENGTH',
    `a frame of "${given}" samples does not fit this encoder; give it exactly ${expected}, all channels counted`,
    { details: { given, expected } },
  );
}
