import { SAMPLE_RATE_HZ } from './sample-rate.js';
import type { AudioSource } from './audio-source.js';
import { clientError } from '../error/client-error.js';
import { resample } from './resample.js';

export interface PcmSourceOptions {
  /** Default 1. */
  readonly channels?: 1 | 2;
  /** Whether the samples come at the pace of speech by themselves. Default true. */
  readonly live?: boolean;
}

/**
 * Raw PCM: 48 kHz, interleaved, as floats in -1..1 (`Float32Array`) or as signed 16-bit little
 * endian bytes (any other `Uint8Array`, such as what a recording program writes to its output).
 * Chunks may end anywhere, in the middle of a sample too.
 */
export function pcmSource(
  chunks: AsyncIterable<Float32Array | Uint8Array>,
  options: PcmSourceOptions = {},
): AudioSource {
  const { channels = 1, live = true } = options;
  return { kind: 'pcm', channels, live, samples: () => toFloats(chunks, channels) };
}

/** Samples that are there already, at any rate from 8 to 192 kHz. */
export function samplesSource(
  samples: Float32Array,
  options: { readonly channels?: 1 | 2; readonly sampleRate?: number } = {},
): AudioSource {
  const { channels = 1, sampleRate = SAMPLE_RATE_HZ } = options;
  if (!(sampleRate >= 8_000 && sampleRate <= 192_000)) {
    throw clientError(
      'ERR_AUDIO_SAMPLES',
      `"${sampleRate}" samples a second cannot be played; give 8,000 to 192,000`,
    );
  }
  const resampled = resample(samples, channels, sampleRate, SAMPLE_RATE_HZ);
  async function* once(): AsyncGenerator<Float32Array> {
    yield resampled;
  }
  return { kind: 'pcm', channels, live: false, samples: once };
}

const BYTES_PER_SAMPLE = 2;

async function* toFloats(
  chunks: AsyncIterable<Float32Array | Uint8Array>,
  channels: 1 | 2,
): AsyncGenerator<Float32Array> {
  const blockBytes = BYTES_PER_SAMPLE * channels;
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
    yield fromPcm16(bytes.subarray(0, wholeBytes));
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

function fromPcm16(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array(bytes.length / BYTES_PER_SAMPLE);
  for (let i = 0; i < samples.length; i++) {
    samples[i] = view.getInt16(BYTES_PER_SAMPLE * i, true) / 32_768;
  }
  return samples;
}

function halfBlock(length: number): Error {
  return clientError(
    'ERR_AUDIO_SAMPLES',
    `a chunk of "${length}" samples ends between left and right; give an even number`,
  );
}
