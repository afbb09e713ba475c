import type { Codec } from '@sidetone/protocol';
import { codecError } from './codec-error.js';
import { WasmDecoder } from './decoder/wasm-decoder.js';
import { resolveEncoderSettings } from './encoder/encoder-settings.js';
import { WasmEncoder } from './encoder/wasm-encoder.js';
import { resolveOpusWasmOptions, type OpusWasmOptions } from './options.js';
import { DECODER_BINARY, ENCODER_BINARY } from './wasm/binary.js';
import { checkModule } from './wasm/check-module.js';
import { compileOpus, type OpusModules, type OpusSources } from './wasm/compile.js';
import { InstancePool } from './wasm/instance-pool.js';

/** Modules when they are first needed. */
export interface LazyModules {
  readonly decoder: () => WebAssembly.Module;
  readonly encoder: () => WebAssembly.Module;
}

/**
 * Opus (RFC 6716) on compiled modules, without waiting: for an AudioWorklet, which is handed them.
 * Throws `ERR_CODEC_OPTIONS`, and `ERR_CODEC_WASM` for modules that are not those of
 * {@link compileOpus}. Without the module of the encoder `createEncoder` throws `ERR_CODEC_WASM`.
 */
export function createOpus(modules: OpusModules, options?: OpusWasmOptions): Codec {
  checkModule(modules.decoder, DECODER_BINARY);
  if (modules.encoder) checkModule(modules.encoder, ENCODER_BINARY);
  const encoder = (): WebAssembly.Module => {
    if (modules.encoder) return modules.encoder;
    throw codecError(
      'ERR_CODEC_WASM',
      'this codec was made without the wasm of the encoder; give it to encode',
    );
  };
  return createLazyOpus({ decoder: () => modules.decoder, encoder }, options);
}

/** {@link compileOpus} and {@link createOpus} in one. */
export async function loadOpus(sources: OpusSources, options?: OpusWasmOptions): Promise<Codec> {
  return createOpus(await compileOpus(sources), options);
}

export function createLazyOpus(
  { decoder, encoder }: LazyModules,
  options?: OpusWasmOptions,
): Codec {
  const resolved = resolveOpusWasmOptions(options);
  const decoders = new InstancePool(decoder, DECODER_BINARY);
  const encoders = new InstancePool(encoder, ENCODER_BINARY);
  return Object.freeze<Codec>({
    name: 'opus',
    createEncoder: (settings) =>
      new WasmEncoder(encoders, resolveEncoderSettings(settings, resolved)),
    createDecoder: (settings) => new WasmDecoder(decoders, settings),
  });
}
