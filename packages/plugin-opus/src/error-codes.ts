/** Every code this package throws, with what it means. The first three are those of the `Codec` contract. */
export const errorCodes = {
  ERR_CODEC_FRAME_LENGTH: 'The samples given to the encoder are not exactly one frame.',
  ERR_CODEC_PACKET: 'The packet given to the decoder is not a valid Opus packet.',
  ERR_CODEC_CLOSED: 'The encoder or decoder was used after it was closed.',
  ERR_CODEC_SETTINGS: 'The settings of one encoder or decoder are outside what Opus can do.',
  ERR_CODEC_OPTIONS: 'The options given to `opus()` are not valid.',
  ERR_CODEC_NATIVE: 'The native Opus library is not there or was built for another system.',
} as const;

export type OpusErrorCode = keyof typeof errorCodes;
