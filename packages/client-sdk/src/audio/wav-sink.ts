import type { AudioSink } from './audio-sink.js';
import { SAMPLE_RATE_HZ } from './sample-rate.js';

export interface WavSink extends AudioSink {
  /** The file so far: 48 kHz, 16-bit PCM. Writing may go on after it. */
  toWav(): Uint8Array;
}

const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

/**
 * Collects what is written into a WAV file.
 * @param channels of what is written: 2 (default) for `client.playback`, 1 for a mono recording
 */
export function wavSink(channels: 1 | 2 = 2): WavSink {
  const chunks: Float32Array[] = [];
  return {
    write: (samples) => void chunks.push(samples.slice()),
    toWav: () => encodeWav(chunks, channels),
  };
}

/** A whole recording (48 kHz, interleaved) as a WAV file of 16-bit PCM. */
export function encodeWav(chunks: readonly Float32Array[], channels: 1 | 2): Uint8Array {
  const sampleCount = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const dataBytes = sampleCount * BYTES_PER_SAMPLE;
  const bytes = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(bytes.buffer);
  writeHeader(view, channels, dataBytes);
  let offset = HEADER_BYTES;
  for (const chunk of chunks) {
    for (const sample of chunk) {
      view.setInt16(offset, toPcm16(sample), true);
      offset += BYTES_PER_SAMPLE;
    }
  }
  return bytes;
}

function toPcm16(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}

function writeHeader(view: DataView, channels: number, dataBytes: number): void {
  const blockBytes = channels * BYTES_PER_SAMPLE;
  writeTag(view, 0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  writeTag(view, 8, 'WAVE');
  writeTag(view, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, SAMPLE_RATE_HZ, true);
  view.setUint32(28, SAMPLE_RATE_HZ * blockBytes, true);
  view.setUint16(32, blockBytes, true);
  view.setUint16(34, 8 * BYTES_PER_SAMPLE, true);
  writeTag(view, 36, 'data');
  view.setUint32(40, dataBytes, true);
}

function writeTag(view: DataView, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) view.setUint8(offset + i, text.charCodeAt(i));
}
