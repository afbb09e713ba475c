import { VoiceError } from '@sidetone/protocol';
import type { AudioErrorCode } from './error-codes.js';
import { MAX_WAV_BYTES, MAX_WAV_CHANNELS, WAV_SAMPLE_RATES, type WavAudio } from './read-wav.js';

export interface WritableWav extends WavAudio {
  /** Default `pcm16`, which clamps to -1..1; `float32` keeps every sample as it is. */
  readonly encoding?: 'pcm16' | 'float32';
}

const MAX_HEAD_BYTES = 64;
const MAX_DATA_BYTES: number = MAX_WAV_BYTES - MAX_HEAD_BYTES;

/**
 * A complete WAV file. Throws `ERR_WAV_AUDIO` for audio that `readWav` would refuse to read back
 * (samples that are no numbers, too) and `ERR_WAV_LIMIT` above 256 MiB.
 */
export function writeWav(wav: WritableWav): Uint8Array {
  const { samples, encoding = 'pcm16' } = wav;
  const dataBytes = samples.length * (encoding === 'pcm16' ? 2 : 4);
  // Before the samples are looked at one by one: refusing a huge file should cost nothing.
  if (dataBytes > MAX_DATA_BYTES) throw limitError(dataBytes);
  checkAudio(wav);
  const head = encoding === 'pcm16' ? buildPcm16Head(wav) : buildFloat32Head(wav);
  const bytes = new Uint8Array(head.length + 8 + dataBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(head);
  view.setUint32(4, bytes.length - 8, true);
  writeId(view, head.length, 'data');
  view.setUint32(head.length + 4, dataBytes, true);
  writeSamples(new DataView(bytes.buffer, head.length + 8), samples, encoding);
  return bytes;
}

function buildPcm16Head(wav: WavAudio): Uint8Array {
  const head = new Uint8Array(36);
  writeFormat(new DataView(head.buffer), wav, { tag: 1, formatBytes: 16, bytesPerSample: 2 });
  return head;
}

/** Every encoding but PCM has an extension size in its format and a `fact` chunk. */
function buildFloat32Head(wav: WavAudio): Uint8Array {
  const head = new Uint8Array(50);
  const view = new DataView(head.buffer);
  writeFormat(view, wav, { tag: 3, formatBytes: 18, bytesPerSample: 4 });
  writeId(view, 38, 'fact');
  view.setUint32(42, 4, true);
  view.setUint32(46, wav.samples.length / wav.channels, true);
  return head;
}

function writeFormat(
  view: DataView,
  { sampleRate, channels }: WavAudio,
  format: { readonly tag: number; readonly formatBytes: number; readonly bytesPerSample: number },
): void {
  const blockAlign = channels * format.bytesPerSample;
  writeId(view, 0, 'RIFF');
  writeId(view, 8, 'WAVE');
  writeId(view, 12, 'fmt ');
  view.setUint32(16, format.formatBytes, true);
  view.setUint16(20, format.tag, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * blockAlign, true);
  view.setUint16(32, blockAlign, true);
  view.setUint16(34, format.bytesPerSample * 8, true);
}

function writeSamples(view: DataView, samples: Float32Array, encoding: 'pcm16' | 'float32'): void {
  samples.forEach((sample, i) => {
    if (encoding === 'float32') view.setFloat32(i * 4, sample, true);
    else {
      const scaled = Math.round(sample * 32_768);
      view.setInt16(i * 2, Math.max(-32_768, Math.min(32_767, scaled)), true);
    }
  });
}

function writeId(view: DataView, offset: number, id: string): void {
  for (let i = 0; i < id.length; i++) view.setUint8(offset + i, id.charCodeAt(i));
}

function checkAudio({ sampleRate, channels, samples, encoding = 'pcm16' }: WritableWav): void {
  if (encoding !== 'pcm16' && encoding !== 'float32') {
    throw audioError(`encoding "${String(encoding)}" must be "pcm16" or "float32"`);
  }
  const { min, max } = WAV_SAMPLE_RATES;
  if (!Number.isInteger(sampleRate) || sampleRate < min || sampleRate > max) {
    throw audioError(`sampleRate "${sampleRate}" must be an integer from ${min} to ${max}`);
  }
  if (!Number.isInteger(channels) || channels < 1 || channels > MAX_WAV_CHANNELS) {
    throw audioError(`channels "${channels}" must be an integer from 1 to ${MAX_WAV_CHANNELS}`);
  }
  if (samples.length % channels !== 0) {
    throw audioError(`"${samples.length}" samples do not divide into ${channels} channels`);
  }
  const bad = samples.findIndex((sample) => !Number.isFinite(sample));
  if (bad !== -1) throw audioError(`sample "${bad}" is "${samples[bad]}", it must be finite`);
}

function audioError(problem: string): VoiceError<AudioErrorCode> {
  return new VoiceError('ERR_WAV_AUDIO', `this audio cannot be written as WAV: ${problem}`);
}

function limitError(dataBytes: number): VoiceError<AudioErrorCode> {
  return new VoiceError(
    'ERR_WAV_LIMIT',
    `a WAV file for "${dataBytes}" bytes of samples is over the limit of 256 MiB; write several`,
  );
}
