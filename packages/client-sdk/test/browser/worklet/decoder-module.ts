import { readFileSync } from 'node:fs';
import { opusWasmFiles } from '@sidetone/opus-wasm';

/** As the Worker posts it. */
export function decoderModule(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(opusWasmFiles().decoder));
}
