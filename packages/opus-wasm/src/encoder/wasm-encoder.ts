import type { EncoderAdjustment, FrameEncoder } from '@sidetone/protocol';
import { closedError, codecError } from '../codec-error.js';
import type { InstancePool, Stream } from '../wasm/instance-pool.js';
import {
  adjustmentControls,
  APPLICATION,
  encoderControls,
  type EncoderControl,
} from './encoder-controls.js';
import { adjustEncoderSettings, type ResolvedEncoderSettings } from './encoder-settings.js';

const SAMPLE_RATE_HZ = 48_000;

/** One stream to Opus packets. */
export class WasmEncoder implements FrameEncoder {
  readonly #pool: InstancePool;
  readonly #frameLength: number;
  #settings: ResolvedEncoderSettings;
  #stream: Stream | null;

  constructor(pool: InstancePool, settings: ResolvedEncoderSettings) {
    this.#pool = pool;
    this.#settings = settings;
    const { channels, frameDurationMs } = settings;
    this.#frameLength = (channels * frameDurationMs * SAMPLE_RATE_HZ) / 1000;
    this.#stream = this.#create();
  }

  encode(samples: Float32Array): Uint8Array {
    const { instance, address } = this.#open();
    if (samples.length !== this.#frameLength) throw frameLengthError(samples, this.#frameLength);
    const length = instance.encode(address, samples, this.#settings.channels);
    if (length <= 0) {
      throw codecError('ERR_CODEC_WASM', `libopus does not encode this frame: "${length}"`);
    }
    return instance.readPacket(length);
  }

  adjust(adjustment: EncoderAdjustment): void {
    const stream = this.#open();
    this.#settings = adjustEncoderSettings(this.#settings, adjustment);
    tell(stream, adjustmentControls(this.#settings));
  }

  close(): void {
    if (this.#stream) this.#pool.destroy(this.#stream);
    this.#stream = null;
  }

  #open(): Stream {
    if (this.#stream === null) throw closedError('encoder');
    if (this.#stream.instance.broken) this.#stream = this.#create();
    return this.#stream;
  }

  #create(): Stream {
    const { channels, application } = this.#settings;
    const stream = this.#pool.create(SAMPLE_RATE_HZ, channels, APPLICATION[application]);
    tell(stream, encoderControls(this.#settings));
    return stream;
  }
}

function tell({ instance, address }: Stream, controls: readonly EncoderControl[]): void {
  for (const [request, value] of controls) {
    const answer = instance.control(address, request, value);
    if (answer === 0) continue;
    throw codecError('ERR_CODEC_WASM', `libopus refuses "${value}" for request ${request}`, {
      details: { request, value, answer },
    });
  }
}

function frameLengthError({ length }: Float32Array, expected: number): Error {
  return codecError(
    'ERR_CODEC_FRAME_LENGTH',
    `a frame of "${length}" samples does not fit this encoder; give it exactly ${expected}, all channels counted`,
    { details: { given: length, expected } },
  );
}
