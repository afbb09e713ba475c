import type { AudioSink } from './audio-sink.js';
import type { ByteSink } from './byte-sink.js';
import type { PcmFormat } from './pcm-source.js';

/**
 * Raw PCM, as it is heard: 48 kHz, interleaved, without a header.
 * @param format how samples are written, little endian; by default as signed 16 bits
 */
export function pcmSink(output: ByteSink, format: PcmFormat = 's16le'): AudioSink {
  const toBytes = format === 'f32le' ? toFloat32 : toPcm16;
  return { write: (samples) => output.write(toBytes(samples)) };
}

function toPcm16(samples: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((sample, i) => {
    const value = Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
    view.setInt16(2 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

function toFloat32(samples: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * samples.length));
  samples.forEach((sample, i) => view.setFloat32(4 * i, sample, true));
  return new Uint8Array(view.buffer);
}
