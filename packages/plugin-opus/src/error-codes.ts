import type { OpusWasmErrorCode } from '@sidetone/opus-wasm';

/** The code that is this package's own; the others that it throws are those of `@sidetone/opus-wasm`. */
export const errorCodes = {
  ERR_CODEC_NATIVE: 'The native Opus library is not there or was built for another system.',
} as const;

export type OpusErrorCode = keyof typeof errorCodes | OpusWasmErrorCode;
