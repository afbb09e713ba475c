/** Every code this package throws, with what it means. The first three are those of the `Codec` contract. */
export const errorCodes = {
  ERR_CODEC_FRAME_LENGTH:
    'Samples, room for samples, or a duration given to the codec do not fit one frame.',
  ERR_CODEC_PACKET: 'The packet given to the decoder is not a valid Opus packet.',
  ERR_CODEC_CLOSED: 'The encoder or decoder was used after it was closed.',
  ERR_CODEC_SETTINGS: 'The settings of one encoder or decoder are outside what Opus can do.',
  ERR_CODEC_OPTIONS: 'The options given to the codec are not valid.',
  ERR_CODEC_WASM: 'The wasm of Opus is missing, is not the one that was tested, or has failed.',
} as const;

export type OpusWasmErrorCode = keyof typeof errorCodes;
