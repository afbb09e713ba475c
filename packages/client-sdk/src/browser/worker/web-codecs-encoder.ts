import { VoiceError, type EncoderAdjustment, type EncoderSettings } from '@sidetone/protocol';
import { SAMPLES_PER_MS } from '../../audio/sample-rate.js';
import { fecFloorPercent } from '../../codec-policy/fec-floor.js';
import type { EncoderFactory, SpeechEncoder } from '../../talk/source-encoder.js';

/** An `AudioEncoder`, as far as it is used here. */
export interface PlatformEncoder {
  readonly state: CodecState;
  configure(config: AudioEncoderConfig): void;
  encode(data: AudioData): void;
  flush(): Promise<void>;
  close(): void;
}

/** What of WebCodecs is used here; for tests. */
export interface WebCodecs {
  createEncoder(callbacks: AudioEncoderInit): PlatformEncoder;
  createData(init: AudioDataInit): AudioData;
}

interface Waiting {
  readonly resolve: (packet: Uint8Array) => void;
  readonly reject: (cause: unknown) => void;
}

/** Members that TypeScript's library does not have. */
interface OpusConfig extends OpusEncoderConfig {
  readonly application: 'voip' | 'audio';
  readonly signal: 'auto' | 'voice' | 'music';
}

/** It answers within milliseconds; one that is so far behind has stopped, and voice with it. */
const MAX_WAITING = 25;
const SAMPLE_RATE = 48_000;
const US_PER_MS = 1_000;
const DEFAULT_LOSS_PERCENT = 10;
/** Half the effort of 9, and restored frames are as good (measured at 32 kbit/s). */
const DEFAULT_COMPLEXITY = 5;

const browserCodecs: WebCodecs = {
  createEncoder: (callbacks) => new AudioEncoder(callbacks),
  createData: (init) => new AudioData(init),
};

/** The browser's own encoder of Opus. */
export function webCodecs(codecs: WebCodecs = browserCodecs): EncoderFactory {
  return { createEncoder: (settings) => new WebCodecsEncoder(codecs, settings) };
}

/** Whether the browser encodes Opus with error correction: some know the codec and not the option. */
export async function canEncodeWithFec(): Promise<boolean> {
  if (!('AudioEncoder' in globalThis) || !('AudioData' in globalThis)) return false;
  const config = configOf({
    channels: 1,
    frameDurationMs: 20,
    bitrateBps: 32_000,
    application: 'voice',
  });
  try {
    const support = await AudioEncoder.isConfigSupported(config);
    return support.supported === true && support.config?.opus?.useinbandfec === true;
  } catch {
    // Thrown where a member of the config has a value that the browser has never heard of.
    return false;
  }
}

/**
 * One frame in, one packet out, in order. The browser's timestamps run on without regard to pauses,
 * and are not asked for.
 */
class WebCodecsEncoder implements SpeechEncoder {
  readonly #codecs: WebCodecs;
  #settings: EncoderSettings;
  #encoder: PlatformEncoder | null = null;
  #waiting: Waiting[] = [];
  #timestampUs = 0;
  #closed = false;

  constructor(codecs: WebCodecs, settings: EncoderSettings) {
    this.#codecs = codecs;
    this.#settings = settings;
    this.#encoder = this.#open();
  }

  encode(samples: Float32Array): Promise<Uint8Array> {
    const { channels, frameDurationMs } = this.#settings;
    if (this.#closed) return Promise.reject(new VoiceError('ERR_CODEC_CLOSED', 'it is closed'));
    if (samples.length !== channels * frameDurationMs * SAMPLES_PER_MS) {
      const message = `"${samples.length}" samples are no frame of ${frameDurationMs} ms`;
      return Promise.reject(new VoiceError('ERR_CODEC_FRAME_LENGTH', message));
    }
    if (this.#waiting.length >= MAX_WAITING) this.#giveUp();
    // One that has failed is closed by the browser; the next frame begins anew.
    const encoder = (this.#encoder ??= this.#open());
    const data = this.#codecs.createData({
      format: 'f32',
      sampleRate: SAMPLE_RATE,
      numberOfFrames: samples.length / channels,
      numberOfChannels: channels,
      timestamp: this.#timestampUs,
      data: samples as Float32Array<ArrayBuffer>,
    });
    this.#timestampUs += frameDurationMs * US_PER_MS;
    const packet = new Promise<Uint8Array>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    encoder.encode(data);
    data.close();
    return packet;
  }

  adjust(adjustment: EncoderAdjustment): void {
    this.#settings = { ...this.#settings, ...adjustment };
    this.#encoder?.configure(configOf(this.#settings));
  }

  /** What was given before still comes. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const encoder = this.#encoder;
    if (!encoder || encoder.state === 'closed') return;
    const end = (): void => {
      if (encoder.state !== 'closed') encoder.close();
      this.#fail(new VoiceError('ERR_CODEC_CLOSED', 'the encoder was closed'));
    };
    encoder.flush().then(end, end);
  }

  #giveUp(): void {
    const stuck = this.#encoder;
    this.#encoder = null;
    if (stuck && stuck.state !== 'closed') stuck.close();
    this.#fail(new VoiceError('ERR_CODEC_CLOSED', 'the encoder of the browser does not answer'));
  }

  #open(): PlatformEncoder {
    const encoder = this.#codecs.createEncoder({
      output: (chunk) => {
        const packet = new Uint8Array(chunk.byteLength);
        chunk.copyTo(packet);
        this.#waiting.shift()?.resolve(packet);
      },
      error: (cause) => {
        this.#encoder = null;
        this.#fail(cause);
      },
    });
    encoder.configure(configOf(this.#settings));
    return encoder;
  }

  #fail(cause: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(cause);
  }
}

function configOf(settings: EncoderSettings): AudioEncoderConfig {
  const { channels, frameDurationMs, bitrateBps, application } = settings;
  const { fec = application === 'voice', variableBitrate = true, signal = 'auto' } = settings;
  const { expectedLossPercent = DEFAULT_LOSS_PERCENT, complexity = DEFAULT_COMPLEXITY } = settings;
  const opus: OpusConfig = {
    format: 'opus',
    application: application === 'voice' ? 'voip' : 'audio',
    signal,
    complexity,
    frameDuration: frameDurationMs * US_PER_MS,
    useinbandfec: fec,
    // Below this the encoder puts no error correction into any packet.
    packetlossperc: fec
      ? Math.max(expectedLossPercent, fecFloorPercent(bitrateBps))
      : expectedLossPercent,
    usedtx: false,
  };
  return {
    codec: 'opus',
    sampleRate: SAMPLE_RATE,
    numberOfChannels: channels,
    bitrate: bitrateBps,
    bitrateMode: variableBitrate ? 'variable' : 'constant',
    opus,
  };
}
