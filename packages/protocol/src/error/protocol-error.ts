import { VoiceError } from './voice-error.js';

/**
 * Mistakes of the calling program that this package refuses to encode. Bytes
 * from the network never end up here: parsers answer with a reason.
 */
export const PROTOCOL_ERRORS = {
  ERR_PROTOCOL_OUT_OF_RANGE: 'A number does not fit its field on the wire.',
  ERR_PROTOCOL_LENGTH: 'Bytes have a length that their field on the wire does not allow.',
  ERR_PROTOCOL_COUNTER_REUSED: 'A frame counter was about to be used a second time with one key.',
  ERR_PROTOCOL_UUID: 'An id that is used as bytes is no UUID.',
  ERR_PROTOCOL_SCHEMA: 'A schema has a keyword that validators in browsers do not know.',
} as const;

export type ProtocolErrorCode = keyof typeof PROTOCOL_ERRORS;

export function protocolError(
  code: ProtocolErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>>,
): VoiceError<ProtocolErrorCode> {
  return new VoiceError(code, message, { details });
}
