import { clientError } from '../error/client-error.js';
import type { AudioSource } from './audio-source.js';
import { samplesSource } from './pcm-source.js';

interface WavFormat {
  readonly channels: 1 | 2;
  readonly sampleRate: number;
  readonly encoding: 'pcm16' | 'float32';
}

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;
const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

/**
 * A WAV file to talk with: 16-bit PCM or 32-bit float, one or two channels, 8-192 kHz (resampled
 * to 48 kHz). Throws `ERR_AUDIO_WAV` for anything else.
 */
export function wavSource(file: Uint8Array): AudioSource {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < RIFF_HEADER_BYTES || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') {
    throw wavError('it does not begin with a RIFF header');
  }
  let format: WavFormat | null = null;
  for (let offset = RIFF_HEADER_BYTES; offset + CHUNK_HEADER_BYTES <= file.length;) {
    const size = view.getUint32(offset + 4, true);
    const start = offset + CHUNK_HEADER_BYTES;
    // A recorder that was cut off, or that writes into a pipe, leaves a size beyond the end.
    const body = new DataView(
      view.buffer,
      view.byteOffset + start,
      Math.min(size, file.length - start),
    );
    const name = tag(view, offset);
    if (name === 'fmt ') format = readFormat(body);
    if (name === 'data') return sourceOf(body, format);
    offset = start + size + (size % 2);
  }
  throw wavError('it has no samples');
}

function sourceOf(body: DataView, format: WavFormat | null): AudioSource {
  if (format === null) throw wavError('its samples come before their format');
  const { channels, sampleRate } = format;
  return samplesSource(readSamples(body, format), { channels, sampleRate });
}

function readFormat(body: DataView): WavFormat {
  if (body.byteLength < 16) throw wavError('its format is cut off');
  const channels = body.getUint16(2, true);
  const sampleRate = body.getUint32(4, true);
  const bits = body.getUint16(14, true);
  let code = body.getUint16(0, true);
  if (code === FORMAT_EXTENSIBLE && body.byteLength >= 26) code = body.getUint16(24, true);
  if (channels !== 1 && channels !== 2) throw wavError(`it has "${channels}" channels`);
  if (code === FORMAT_PCM && bits === 16) return { channels, sampleRate, encoding: 'pcm16' };
  if (code === FORMAT_FLOAT && bits === 32) return { channels, sampleRate, encoding: 'float32' };
  throw wavError(`its encoding is "${code}" with ${bits} bits`);
}

function readSamples(body: DataView, { channels, encoding }: WavFormat): Float32Array {
  const bytesPerSample = encoding === 'pcm16' ? 2 : 4;
  const frames = Math.floor(body.byteLength / (bytesPerSample * channels));
  const samples = new Float32Array(frames * channels);
  for (let i = 0; i < samples.length; i++) {
    samples[i] =
      encoding === 'pcm16' ? body.getInt16(2 * i, true) / 32_768 : body.getFloat32(4 * i, true);
  }
  if (!samples.every(Number.isFinite)) throw wavError('some of its samples are not numbers');
  return samples;
}

function tag(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(offset + i)));
}

function wavError(problem: string): Error {
  return clientError(
    'ERR_AUDIO_WAV',
    `the WAV file cannot be read: ${problem}; convert it to 16-bit PCM with one or two channels`,
  );
}
