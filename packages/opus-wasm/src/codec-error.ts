import { VoiceError, type VoiceErrorOptions } from '@sidetone/protocol';
import type { OpusWasmErrorCode } from './error-codes.js';

export function codecError(
  code: OpusWasmErrorCode,
  message: string,
  options?: VoiceErrorOptions,
): VoiceError<OpusWasmErrorCode> {
  return new VoiceError(code, message, options);
}

export function closedError(what: 'encoder' | 'decoder'): VoiceError<OpusWasmErrorCode> {
  return codecError(
    'ERR_CODEC_CLOSED',
    `this Opus ${what} is closed; create another one for another stream`,
  );
}
