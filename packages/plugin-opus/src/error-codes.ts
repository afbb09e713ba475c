/**
 * Every code this package throws itself, with what it means; the decoder, and the encoder without
 * the native library, throw those of `@sidetone/opus-wasm`.
 */
export const errorCodes = {
  ERR_CODEC_FRAME_LENGTH: 'The samples given to the encoder are not exactly one frame.',
  ERR_CODEC_CLOSED: 'The encoder was used after it was closed.',
  ERR_CODEC_OPTIONS: 'The options given to `opus()` are not valid.',
  ERR_CODEC_NATIVE: 'The native Opus library is not there or was built for another system.',
} as const;

export type OpusErrorCode = keyof typeof errorCodes;
