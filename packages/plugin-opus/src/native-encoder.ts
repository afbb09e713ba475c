import {
  adjustEncoderSettings,
  adjustmentControls,
  encoderControls,
  opusApplications,
  type ResolvedEncoderSettings,
} from '@sidetone/opus-wasm';
import { VoiceError, type EncoderAdjustment, type FrameEncoder } from '@sidetone/protocol';
import type { OpusErrorCode } from './error-codes.js';
import type { NativeOpus, NativeOpusClass } from './native-opus.js';
import { writePcm16 } from './pcm16.js';

const SAMPLE_RATE_HZ = 48_000;

/** Request number of `opus_encoder_ctl` (opus_defines.h). */
const SET_APPLICATION = 4000;

/** One stream to Opus packets; DTX is off. */
export class NativeEncoder implements FrameEncoder {
  readonly #frame: Int16Array;
  readonly #frameBytes: Buffer;
  #settings: ResolvedEncoderSettings;
  #native: NativeOpus | null;

  constructor(Native: NativeOpusClass, settings: ResolvedEncoderSettings) {
    this.#settings = settings;
    const { channels, frameDurationMs, application } = settings;
    // libopus is shown no memory but this, which always has the right length: any other length
    // would abort the whole process, past every catch.
    this.#frame = new Int16Array((channels * frameDurationMs * SAMPLE_RATE_HZ) / 1000);
    this.#frameBytes = Buffer.from(this.#frame.buffer);
    this.#native = new Native(SAMPLE_RATE_HZ, channels);
    // The application is fixed by the first encode, so it comes before everything else.
    this.#native.applyEncoderCTL(SET_APPLICATION, opusApplications[application]);
    for (const control of encoderControls(settings)) this.#native.applyEncoderCTL(...control);
  }

  encode(samples: Float32Array): Uint8Array {
    const native = this.#open();
    if (samples.length !== this.#frame.length) {
      throw frameLengthError(samples.length, this.#frame.length);
    }
    writePcm16(samples, this.#frame);
    const packet = native.encode(this.#frameBytes);
    return new Uint8Array(packet.buffer, packet.byteOffset, packet.byteLength);
  }

  adjust(adjustment: EncoderAdjustment): void {
    const native = this.#open();
    this.#settings = adjustEncoderSettings(this.#settings, adjustment);
    for (const control of adjustmentControls(this.#settings)) native.applyEncoderCTL(...control);
  }

  /** The memory of libopus goes with the next garbage collection. */
  close(): void {
    this.#native = null;
  }

  #open(): NativeOpus {
    if (this.#native !== null) return this.#native;
    const code: OpusErrorCode = 'ERR_CODEC_CLOSED';
    throw new VoiceError(
      code,
      'this Opus encoder is closed; create another one for another stream',
    );
  }
}

function frameLengthError(given: number, expected: number): VoiceError<OpusErrorCode> {
  return new VoiceError(
    'ERR_CODEC_FRAME_LENGTH',
    `a frame of "${given}" samples does not fit this encoder; give it exactly ${expected}, all channels counted`,
    { details: { given, expected } },
  );
}
