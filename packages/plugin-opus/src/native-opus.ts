import { createRequire } from 'node:module';
import type { OpusEncoder } from '@discordjs/opus';
import { VoiceError } from '@sidetone/protocol';
import type { OpusErrorCode } from './error-codes.js';

/**
 * One libopus object. The library calls it encoder, but it holds an encoder and a decoder, each
 * made when it is first used.
 */
export type NativeOpus = OpusEncoder;

export type NativeOpusClass = new (sampleRateHz: number, channels: number) => NativeOpus;

const MODULE_NAME = '@discordjs/opus';

/**
 * Loaded on request, not by an import statement: a missing binary is then an `ERR_CODEC_NATIVE`
 * that a program can catch and a person can act on.
 */
export function loadNativeOpus(
  require: (name: string) => unknown = createRequire(import.meta.url),
): NativeOpusClass {
  try {
    return (require(MODULE_NAME) as { readonly OpusEncoder: NativeOpusClass }).OpusEncoder;
  } catch (cause) {
    const code: OpusErrorCode = 'ERR_CODEC_NATIVE';
    const message =
      `the native module "${MODULE_NAME}" does not load on this system; ` +
      `build it with "npm rebuild ${MODULE_NAME}" (needs a C++ compiler, and install scripts allowed)`;
    throw new VoiceError(code, message, { cause });
  }
}
