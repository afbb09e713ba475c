export { opusWasm, opusWasmFiles } from './node/opus-wasm.js';
export * from './shared.js';
