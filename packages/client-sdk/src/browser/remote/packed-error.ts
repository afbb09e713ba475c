import { isVoiceError, VoiceError } from '@sidetone/protocol';

/** What of an error crosses between threads. */
export interface PackedError {
  readonly message: string;
  /** Of a `VoiceError`. */
  readonly code?: string;
}

export function packError(cause: unknown): PackedError {
  if (isVoiceError(cause)) return { message: cause.message, code: cause.code };
  return { message: cause instanceof Error ? cause.message : String(cause) };
}

export function unpackError({ message, code }: PackedError): Error {
  return code === undefined ? new Error(message) : new VoiceError(code, message);
}
