import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Codec } from '@sidetone/protocol';
import { codecError } from '../codec-error.js';
import { createLazyOpus } from '../create-opus.js';
import type { OpusWasmOptions } from '../options.js';
import { DECODER_BINARY, ENCODER_BINARY, type Binary } from '../wasm/binary.js';
import { sumError } from '../wasm/compile.js';

/**
 * Opus from the files of opus-encdec. They are read, compared with their checksum and compiled when
 * the first encoder or decoder is made, in some milliseconds; that throws `ERR_CODEC_WASM` where
 * they are missing or others. Throws `ERR_CODEC_OPTIONS`.
 */
export function opusWasm(options?: OpusWasmOptions): Codec {
  const lazy = (binary: Binary): (() => WebAssembly.Module) => {
    let module: WebAssembly.Module | null = null;
    return () => (module ??= compileFile(binary));
  };
  return createLazyOpus({ decoder: lazy(DECODER_BINARY), encoder: lazy(ENCODER_BINARY) }, options);
}

/** Where the two files are, for a web server that hands them to browsers. */
export function opusWasmFiles(): { readonly decoder: string; readonly encoder: string } {
  return { decoder: pathOf(DECODER_BINARY), encoder: pathOf(ENCODER_BINARY) };
}

function compileFile(binary: Binary): WebAssembly.Module {
  const bytes = readFileSync(pathOf(binary));
  const sum = createHash('sha256').update(bytes).digest('hex');
  if (sum !== binary.sha256) throw sumError(binary);
  return new WebAssembly.Module(bytes);
}

function pathOf({ file }: Binary): string {
  try {
    return createRequire(import.meta.url).resolve(`opus-encdec/${file}`);
  } catch (cause) {
    throw codecError(
      'ERR_CODEC_WASM',
      `the file "${file}" of the package "opus-encdec" is not there; install opus-encdec 0.1.1`,
      { cause },
    );
  }
}
