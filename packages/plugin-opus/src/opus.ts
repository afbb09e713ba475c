import { opusWasm, resolveEncoderSettings } from '@sidetone/opus-wasm';
import type { Codec, VoiceError } from '@sidetone/protocol';
import { NativeEncoder } from './native-encoder.js';
import { loadNativeOpus, type LoadModule, type NativeOpusClass } from './native-opus.js';
import { resolveOpusOptions, type OpusOptions, type ResolvedOpusOptions } from './options.js';

export interface OpusCodec extends Codec {
  /** What encodes. */
  readonly encoder: 'native' | 'wasm';
  /** Why the native library was not used: it did not load. `null` where it was not tried, or is used. */
  readonly nativeFailure: VoiceError | null;
}

/**
 * Opus (RFC 6716) for Node: encoders on the libopus of `@discordjs/opus`, or on that of
 * `@sidetone/opus-wasm` where the native library does not load; decoders on the latter, which
 * recovers lost frames from the packets after them. Equal settings and equal input give equal
 * packets, so a recording can be compared with what the codec alone makes of it.
 *
 * Throws `ERR_CODEC_OPTIONS` for bad options and, for `encoder: 'native'`, `ERR_CODEC_NATIVE` if the
 * native library cannot be loaded. Nothing has to be closed here; close each encoder and decoder.
 */
export function opus(options?: OpusOptions): OpusCodec {
  return createOpusCodec(resolveOpusOptions(options));
}

/** @param load for tests of systems without the native library */
export function createOpusCodec(
  { encoder, ...defaults }: ResolvedOpusOptions,
  load?: LoadModule,
): OpusCodec {
  const wasm = opusWasm(defaults);
  const native = encoder === 'wasm' ? null : loadNativeOpus(load);
  if (native !== null && !native.ok && encoder === 'native') throw native.failure;
  const Native: NativeOpusClass | null = native?.ok === true ? native.Native : null;
  return Object.freeze<OpusCodec>({
    name: wasm.name,
    encoder: Native === null ? 'wasm' : 'native',
    nativeFailure: native?.ok === false ? native.failure : null,
    createEncoder: (settings) =>
      Native === null
        ? wasm.createEncoder(settings)
        : new NativeEncoder(Native, resolveEncoderSettings(settings, defaults)),
    createDecoder: (settings) => wasm.createDecoder(settings),
  });
}
