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

export type LoadModule = (name: string) => unknown;

export type NativeOpusResult =
  | { readonly ok: true; readonly Native: NativeOpusClass }
  | { readonly ok: false; readonly failure: VoiceError<OpusErrorCode> };

const MODULE_NAME = '@discordjs/opus';

/**
 * Loaded on request, not by an import statement: a missing binary is then something to fall back
 * from, or an `ERR_CODEC_NATIVE` that a program can catch and a person can act on.
 */
export function loadNativeOpus(
  load: LoadModule = createRequire(import.meta.url),
): NativeOpusResult {
  try {
    const module = load(MODULE_NAME) as { readonly OpusEncoder: NativeOpusClass };
    return { ok: true, Native: module.OpusEncoder };
  } catch (cause) {
    const message =
      `the native module "${MODULE_NAME}" does not load on this system; ` +
      `build it with "npm rebuild ${MODULE_NAME}" (needs a C++ compiler, and install scripts allowed)`;
    const failure = new VoiceError<OpusErrorCode>('ERR_CODEC_NATIVE', message, { cause });
    return { ok: false, failure };
  }
}
