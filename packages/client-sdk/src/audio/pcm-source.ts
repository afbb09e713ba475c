import { clientError } from '../error/client-error.js';
import type { AudioSource } from './audio-source.js';
import { chunksOf, type ChunkSource } from './chunk-source.js';
import { resample } from './resample.js';
import { SAMPLE_RATE_HZ } from './sample-rate.js';
import { StreamResampler } from './stream-resampler.js';

/** How samples are written as bytes, little endian: signed 16-bit, or floats of 32 bits. */
export type PcmFormat = 's16le' | 'f32le';

export interface PcmSourceOptions {
  /** Default 1. */
  readonly channels?: 1 | 2;
  /** Whether the samples come at the pace of speech by themselves. Default true. */
  readonly live?: boolean;
  /** Samples a second, 8,000-192,000. Default 48,000; others are resampled. */
  readonly sampleRate?: number;
  /** Of bytes. Default `s16le`. */
  readonly format?: PcmFormat;
}

/**
 * Raw PCM, interleaved: floats in -1..1 (`Float32Array`), or bytes (any other `Uint8Array`, such as
 * what a recording program writes to its output). The chunks come from a stream of Node or of the
 * web, a generator, or an array, and may end anywhere, in the middle of a sample too. Throws
 * `ERR_AUDIO_SAMPLES`.
 */
export function pcmSource(
  chunks: ChunkSource<Float32Array | Uint8Array>,
  options: PcmSourceOptions = {},
): AudioSource {
  const { channels = 1, live = true, sampleRate = SAMPLE_RATE_HZ, format = 's16le' } = options;
  requireSampleRate(sampleRate);
  if (format !== 's16le' && format !== 'f32le') {
    throw clientError('ERR_AUDIO_SAMPLES', `"${String(format)}" is no format; give s16le or f32le`);
  }
  const samples = (signal?: AbortSignal): AsyncIterable<Float32Array> => {
    const floats = toFloats(chunksOf(chunks, signal), channels, format);
    return sampleRate === SAMPLE_RATE_HZ ? floats : resampled(floats, channels, sampleRate);
  };
  return { kind: 'pcm', channels, live, samples };
}

/** Samples that are there already, at any rate from 8 to 192 kHz. */
export function samplesSource(
  samples: Float32Array,
  options: { readonly channels?: 1 | 2; readonly sampleRate?: number } = {},
): AudioSource {
  const { channels = 1, sampleRate = SAMPLE_RATE_HZ } = options;
  requireSampleRate(sampleRate);
  const all = resample(samples, channels, sampleRate, SAMPLE_RATE_HZ);
  async function* once(): AsyncGenerator<Float32Array> {
    yield all;
  }
  return { kind: 'pcm', channels, live: false, samples: once };
}

const BYTES_PER_SAMPLE: Readonly<Record<PcmFormat, number>> = { s16le: 2, f32le: 4 };

async function* toFloats(
  chunks: AsyncIterable<Float32Array | Uint8Array>,
  channels: 1 | 2,
  format: PcmFormat,
): AsyncGenerator<Float32Array> {
  const blockBytes = BYTES_PER_SAMPLE[format] * channels;
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (chunk instanceof Float32Array) {
      if (chunk.length % channels !== 0) throw halfBlock(chunk.length);
      yield chunk;
      continue;
    }
    const bytes = join(rest, chunk);
    const wholeBytes = bytes.length - (bytes.length % blockBytes);
    rest = bytes.slice(wholeBytes);
    yield fromPcm(bytes.subarray(0, wholeBytes), format);
  }
}

async function* resampled(
  chunks: AsyncIterable<Float32Array>,
  channels: 1 | 2,
  sampleRate: number,
): AsyncGenerator<Float32Array> {
  const resampler = new StreamResampler(channels, sampleRate, SAMPLE_RATE_HZ);
  for await (const chunk of chunks) yield resampler.add(chunk);
  yield resampler.flush();
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

function fromPcm(bytes: Uint8Array, format: PcmFormat): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array(bytes.length / BYTES_PER_SAMPLE[format]);
  for (let i = 0; i < samples.length; i++) {
    samples[i] = format === 's16le' ? view.getInt16(2 * i, true) / 32_768 : floatAt(view, 4 * i);
  }
  return samples;
}

/** What is no number would be in everything that an encoder makes from then on. */
function floatAt(view: DataView, offset: number): number {
  const value = view.getFloat32(offset, true);
  return Number.isFinite(value) ? value : 0;
}

function requireSampleRate(sampleRate: number): void {
  if (Number.isInteger(sampleRate) && sampleRate >= 8_000 && sampleRate <= 192_000) return;
  throw clientError(
    'ERR_AUDIO_SAMPLES',
    `"${sampleRate}" samples a second cannot be played; give a whole number, 8,000 to 192,000`,
  );
}

function halfBlock(length: number): Error {
  return clientError(
    'ERR_AUDIO_SAMPLES',
    `a chunk of "${length}" samples ends between left and right; give an even number`,
  );
}
