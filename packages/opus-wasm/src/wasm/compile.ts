import { codecError } from '../codec-error.js';
import { checkModule } from './check-module.js';
import { DECODER_BINARY, ENCODER_BINARY, type Binary } from './binary.js';

/** Bytes of a wasm file, or what has been compiled of them. */
export type WasmSource = BufferSource | WebAssembly.Module;

/** Where the wasm of Opus comes from. Who only listens needs no encoder. */
export interface OpusSources {
  /** `libopus-decoder.wasm.min.wasm` of opus-encdec 0.1.1. */
  readonly decoder: WasmSource;
  /** `libopus-encoder.wasm.min.wasm` of opus-encdec 0.1.1. */
  readonly encoder?: WasmSource;
}

/** Compiled and checked; may be sent to a Worker or a worklet. */
export interface OpusModules {
  readonly decoder: WebAssembly.Module;
  readonly encoder?: WebAssembly.Module;
}

/**
 * Compiles what is not compiled yet. Bytes are compared with the checksum of the tested files,
 * where the platform has WebCrypto. Throws `ERR_CODEC_WASM`.
 */
export async function compileOpus({ decoder, encoder }: OpusSources): Promise<OpusModules> {
  const modules = { decoder: await compile(decoder, DECODER_BINARY) };
  if (encoder === undefined) return modules;
  return { ...modules, encoder: await compile(encoder, ENCODER_BINARY) };
}

async function compile(source: WasmSource, binary: Binary): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return checked(source, binary);
  await checkSum(source, binary);
  try {
    return checked(await WebAssembly.compile(source), binary);
  } catch (cause) {
    if (!(cause instanceof WebAssembly.CompileError)) throw cause;
    throw sumError(binary, cause);
  }
}

function checked(module: WebAssembly.Module, binary: Binary): WebAssembly.Module {
  checkModule(module, binary);
  return module;
}

async function checkSum(bytes: BufferSource, binary: Binary): Promise<void> {
  // Only secure pages have it, and worklets never.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (subtle === undefined) return;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  const sum = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (sum !== binary.sha256) throw sumError(binary);
}

/** The bytes are not those of the file that was tested. */
export function sumError(binary: Binary, cause?: unknown): Error {
  return codecError(
    'ERR_CODEC_WASM',
    `these bytes are not the Opus ${binary.name} "${binary.file}" of opus-encdec 0.1.1; ` +
      'install exactly that version, and serve its file unchanged',
    { cause },
  );
}
