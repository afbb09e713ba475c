import type { Codec } from '@sidetone/protocol';
import { loadNativeOpus } from './native-opus.js';
import { OpusFrameDecoder } from './opus-decoder.js';
import { OpusFrameEncoder } from './opus-encoder.js';
import { resolveOpusOptions, type OpusOptions } from './options.js';

/**
 * Opus (RFC 6716) for Node, on the libopus of `@discordjs/opus`. Equal settings and equal input
 * give equal packets, so a recording can be compared with what the codec alone makes of it.
 *
 * Throws `ERR_CODEC_OPTIONS` for bad options and `ERR_CODEC_NATIVE` if the native library cannot
 * be loaded; its encoders and decoders throw `ERR_CODEC_SETTINGS` when they are created, and after
 * that what the contract says. Nothing has to be closed here; close each encoder and decoder.
 */
export function opus(options?: OpusOptions): Codec {
  const resolved = resolveOpusOptions(options);
  const Native = loadNativeOpus();
  return Object.freeze<Codec>({
    name: 'opus',
    createEncoder: (settings) => new OpusFrameEncoder(Native, settings, resolved),
    createDecoder: (settings) => new OpusFrameDecoder(Native, settings),
  });
}
