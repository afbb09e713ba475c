import type { Codec, EncoderSettings } from '@sidetone/protocol';

const SAMPLE_RATE_HZ = 48_000;

/**
 * What the codec alone makes of `samples` (48 kHz, interleaved): a fresh encoder and a fresh
 * decoder, frame by frame from the first sample on, nothing lost. It is the yardstick for what
 * was heard over a network with the same settings and the same frame grid.
 *
 * The last frame is filled up with silence, so the result may be up to one frame longer than the
 * input; it is late by the codec's own delay (Opus: about 312 samples).
 */
export function codecRoundTrip(
  codec: Codec,
  samples: Float32Array,
  settings: EncoderSettings,
): Float32Array {
  const encoder = codec.createEncoder(settings);
  const decoder = codec.createDecoder({ channels: settings.channels });
  try {
    const frameSamples = (settings.frameDurationMs * SAMPLE_RATE_HZ * settings.channels) / 1000;
    const heard = new Float32Array(Math.ceil(samples.length / frameSamples) * frameSamples);
    for (let start = 0; start < heard.length; start += frameSamples) {
      const frame = new Float32Array(frameSamples);
      frame.set(samples.subarray(start, start + frameSamples));
      heard.set(decoder.decode(encoder.encode(frame)), start);
    }
    return heard;
  } finally {
    encoder.close();
    decoder.close();
  }
}
