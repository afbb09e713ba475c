import { encodeWav } from '@sidetone/client-sdk';

/** Of a WAV file with nothing but format and samples, as the SDK writes it. */
export const WAV_HEADER_BYTES = 44;

/** Interleaved stereo floats to signed 16-bit little-endian. */
export function pcm16(samples: Float32Array): Uint8Array {
  return encodeWav([samples], 2).subarray(WAV_HEADER_BYTES);
}

/** Head of a stereo WAV file with so many bytes of samples. */
export function wavHeader(dataBytes: number): Uint8Array {
  const header = encodeWav([], 2);
  const view = new DataView(header.buffer);
  view.setUint32(4, WAV_HEADER_BYTES - 8 + dataBytes, true);
  view.setUint32(40, dataBytes, true);
  return header;
}
