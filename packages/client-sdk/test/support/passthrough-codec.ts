import type { Codec, FrameDecoder, FrameEncoder } from '@sidetone/protocol';
import { VoiceError } from '@sidetone/protocol';

/**
 * A codec whose packets are the samples themselves, one signed byte for each, behind a byte that
 * says the channels: deterministic, without state, and small enough for a datagram. Concealment
 * gives samples of a value that no packet has.
 */
export const CONCEALED_SAMPLE = 2;

/** Samples that survive the codec unchanged are multiples of this. */
export const STEP = 1 / 128;

export function passthroughCodec(): Codec & {
  readonly open: { encoders: number; decoders: number };
} {
  const open = { encoders: 0, decoders: 0 };
  return {
    name: 'opus',
    open,
    createEncoder: ({ channels, frameDurationMs }): FrameEncoder => {
      open.encoders += 1;
      const frameSamples = frameDurationMs * 48 * channels;
      return {
        encode(samples) {
          if (samples.length !== frameSamples) {
            throw new VoiceError('ERR_CODEC_FRAME_LENGTH', `"${samples.length}" samples`);
          }
          const packet = new Uint8Array(1 + samples.length);
          packet[0] = channels;
          for (let i = 0; i < samples.length; i++)
            packet[i + 1] = Math.round((samples[i] ?? 0) * 128);
          return packet;
        },
        adjust: () => {},
        close: () => void (open.encoders -= 1),
      };
    },
    createDecoder: ({ channels }): FrameDecoder => {
      open.decoders += 1;
      let lastLength = 960 * channels;
      const lost = (length: number): Float32Array =>
        new Float32Array(length).fill(CONCEALED_SAMPLE);
      const lengthOf = (durationMs: number): number => durationMs * 48 * channels;
      const write = (samples: Float32Array, out: Float32Array): number => {
        out.set(samples);
        return samples.length / channels;
      };
      const decode = (packet: Uint8Array): Float32Array => {
        const samples = read(packet, channels);
        lastLength = samples.length;
        return samples;
      };
      // A packet knows nothing of the one before it, so what is recovered is concealed.
      const recover = (packet: Uint8Array, length: number): Float32Array => {
        read(packet, channels);
        return lost(length);
      };
      return {
        decode,
        decodeInto: (packet, out) => write(decode(packet), out),
        recover: (packet) => recover(packet, lastLength),
        recoverInto: (packet, out, durationMs) => write(recover(packet, lengthOf(durationMs)), out),
        conceal: () => lost(lastLength),
        concealInto: (out, durationMs) => write(lost(lengthOf(durationMs)), out),
        close: () => void (open.decoders -= 1),
      };
    },
  };
}

function read(packet: Uint8Array, channels: number): Float32Array {
  if (packet[0] !== 1 && packet[0] !== 2) {
    throw new VoiceError('ERR_CODEC_PACKET', 'no packet of this codec');
  }
  const bytes = Int8Array.from(packet.subarray(1), (byte) => (byte << 24) >> 24);
  return spread(
    Float32Array.from(bytes, (byte) => byte / 128),
    packet[0],
    channels,
  );
}

function spread(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  if (from === 1)
    return Float32Array.from({ length: 2 * samples.length }, (_, i) => samples[i >> 1] ?? 0);
  return Float32Array.from({ length: samples.length >> 1 }, (_, i) => samples[2 * i] ?? 0);
}

/** One frame of 20 ms, mono, with one value throughout: a multiple of `STEP`. */
export function flatFrame(value: number, durationMs = 20): Float32Array {
  return new Float32Array(durationMs * 48).fill(value * STEP);
}
