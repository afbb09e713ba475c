import { VoiceError } from '@sidetone/protocol';
import type { AudioErrorCode } from './error-codes.js';

export interface WavAudio {
  /** Hertz, 1,000-384,000. */
  readonly sampleRate: number;
  /** 1-8. */
  readonly channels: number;
  /** Interleaved; -1..1 from integers, which floats may exceed. */
  readonly samples: Float32Array;
}

interface WavEncoding {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bytesPerSample: 2 | 4;
}

export const MAX_WAV_BYTES: number = 256 * 1024 * 1024;
export const WAV_SAMPLE_RATES: { readonly min: number; readonly max: number } = {
  min: 1_000,
  max: 384_000,
};
export const MAX_WAV_CHANNELS = 8;
const MAX_CHUNKS = 1_000;

const TAG_PCM = 0x0001;
const TAG_FLOAT = 0x0003;
const TAG_EXTENSIBLE = 0xfffe;
/** The last 14 bytes of the sub-format GUIDs that stand for a format tag. */
const TAG_GUID_TAIL = '000000001000800000aa00389b71';

/**
 * Reads a whole WAV file (RIFF, little-endian) of 16-bit PCM or 32-bit float, plain or
 * `WAVE_FORMAT_EXTENSIBLE`. Unknown chunks are skipped, bytes after the RIFF chunk are ignored.
 *
 * Throws `ERR_WAV_FORMAT` for a file that contradicts itself or ends early (one whose writer did
 * not finish it, too), `ERR_WAV_UNSUPPORTED` for another encoding and `ERR_WAV_LIMIT` above
 * 256 MiB or 1,000 chunks; nothing else, whatever the bytes are.
 */
export function readWav(bytes: Uint8Array): WavAudio {
  if (bytes.length > MAX_WAV_BYTES) throw limitError(`"${bytes.length}" bytes`, '256 MiB');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let encoding: WavEncoding | null = null;
  let samples: Float32Array | null = null;
  for (const chunk of chunksOf(view)) {
    if (chunk.id === 'fmt ') {
      if (encoding !== null) throw formatError('it has two "fmt " chunks');
      encoding = parseEncoding(chunk.body);
    } else if (chunk.id === 'data') {
      if (encoding === null) throw formatError('its "data" chunk comes before any "fmt " chunk');
      if (samples !== null) throw formatError('it has two "data" chunks');
      samples = readSamples(chunk.body, encoding);
    }
  }
  if (encoding === null || samples === null) throw formatError('it has no "data" chunk');
  return { sampleRate: encoding.sampleRate, channels: encoding.channels, samples };
}

function* chunksOf(view: DataView): Generator<{ id: string; body: DataView }> {
  if (view.byteLength < 12 || readId(view, 0) !== 'RIFF' || readId(view, 8) !== 'WAVE') {
    throw formatError('it does not begin with "RIFF", a size and "WAVE"');
  }
  const end = 8 + view.getUint32(4, true);
  if (end < 12 || end > view.byteLength) {
    throw formatError(`its RIFF size ends at "${end}" of ${view.byteLength} bytes`);
  }
  let offset = 12;
  for (let count = 1; offset < end; count++) {
    if (count > MAX_CHUNKS) throw limitError(`more than ${MAX_CHUNKS} chunks`, '1,000 chunks');
    if (end - offset < 8) throw formatError(`a chunk header is cut off at byte "${offset}"`);
    const id = readId(view, offset);
    const size = view.getUint32(offset + 4, true);
    if (size > end - offset - 8) {
      throw formatError(`chunk "${printable(id)}" of "${size}" bytes goes past the end`);
    }
    yield { id, body: new DataView(view.buffer, view.byteOffset + offset + 8, size) };
    // An odd chunk is followed by one byte of padding that its size does not count.
    offset += 8 + size + (size % 2);
  }
}

function parseEncoding(body: DataView): WavEncoding {
  if (body.byteLength < 16) throw formatError(`its "fmt " chunk has "${body.byteLength}" bytes`);
  const channels = body.getUint16(2, true);
  const sampleRate = body.getUint32(4, true);
  const bits = body.getUint16(14, true);
  if (channels < 1 || channels > MAX_WAV_CHANNELS) {
    throw unsupportedError(`"${channels}" channels`, '1 to 8 channels');
  }
  if (sampleRate < WAV_SAMPLE_RATES.min || sampleRate > WAV_SAMPLE_RATES.max) {
    throw unsupportedError(`"${sampleRate}" samples a second`, '1,000 to 384,000 of them');
  }
  const tag = readTag(body, bits);
  const isPcm16 = tag === TAG_PCM && bits === 16;
  if (!isPcm16 && !(tag === TAG_FLOAT && bits === 32)) {
    throw unsupportedError(`format tag "${tag}" with "${bits}" bits`, '16-bit PCM or 32-bit float');
  }
  const bytesPerSample = isPcm16 ? 2 : 4;
  const blockAlign = body.getUint16(12, true);
  if (blockAlign !== channels * bytesPerSample) {
    throw formatError(`its block of "${blockAlign}" bytes does not hold ${channels} samples`);
  }
  const byteRate = body.getUint32(8, true);
  if (byteRate !== sampleRate * blockAlign) {
    throw formatError(`its "${byteRate}" bytes a second do not match its sample rate`);
  }
  return { sampleRate, channels, bytesPerSample };
}

function readTag(body: DataView, bits: number): number {
  const tag = body.getUint16(0, true);
  if (tag !== TAG_EXTENSIBLE) return tag;
  if (body.byteLength < 40) throw formatError('its extensible "fmt " chunk is cut off');
  const validBits = body.getUint16(18, true);
  if (validBits !== bits) throw unsupportedError(`"${validBits}" of ${bits} bits`, 'all of them');
  let tail = '';
  for (let i = 26; i < 40; i++) tail += body.getUint8(i).toString(16).padStart(2, '0');
  if (tail !== TAG_GUID_TAIL) throw unsupportedError('a sub-format of its own', 'a standard one');
  return body.getUint16(24, true);
}

function readSamples(body: DataView, { channels, bytesPerSample }: WavEncoding): Float32Array {
  if (body.byteLength % (channels * bytesPerSample) !== 0) {
    throw formatError(`its "data" chunk of "${body.byteLength}" bytes ends inside a sample`);
  }
  const samples = new Float32Array(body.byteLength / bytesPerSample);
  for (let i = 0; i < samples.length; i++) {
    samples[i] =
      bytesPerSample === 2 ? body.getInt16(i * 2, true) / 32_768 : body.getFloat32(i * 4, true);
    if (!Number.isFinite(samples[i])) throw formatError(`its sample "${i}" is not a number`);
  }
  return samples;
}

function readId(view: DataView, offset: number): string {
  let id = '';
  for (let i = 0; i < 4; i++) id += String.fromCharCode(view.getUint8(offset + i));
  return id;
}

/** A hostile file does not get to write control characters into a message. */
function printable(id: string): string {
  return id.replace(/[^\x20-\x7e]/g, '?');
}

function formatError(problem: string): VoiceError<AudioErrorCode> {
  return new VoiceError(
    'ERR_WAV_FORMAT',
    `this is not a well-formed WAV file: ${problem}; export it again from its source`,
  );
}

function unsupportedError(found: string, supported: string): VoiceError<AudioErrorCode> {
  return new VoiceError(
    'ERR_WAV_UNSUPPORTED',
    `this WAV file has ${found}, read are ${supported}; convert it to 16-bit PCM`,
  );
}

function limitError(found: string, limit: string): VoiceError<AudioErrorCode> {
  return new VoiceError(
    'ERR_WAV_LIMIT',
    `this WAV file has ${found}, the limit is ${limit}; cut it into parts`,
  );
}
