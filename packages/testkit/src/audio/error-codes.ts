/** Every code the audio tools throw, with what it means. */
export const audioErrorCodes = {
  ERR_WAV_FORMAT: 'The bytes are not a complete, well-formed WAV file.',
  ERR_WAV_UNSUPPORTED: 'The WAV file holds neither 16-bit PCM nor 32-bit float.',
  ERR_WAV_LIMIT: 'The WAV file is larger than what is read or written at once.',
  ERR_WAV_AUDIO: 'The audio given to `writeWav` cannot be written as WAV.',
  ERR_AUDIO_COMPARISON: 'The recordings cannot be compared as they are given.',
  ERR_AUDIO_SPEECH: 'There is no speech asset of that name.',
} as const;

export type AudioErrorCode = keyof typeof audioErrorCodes;
