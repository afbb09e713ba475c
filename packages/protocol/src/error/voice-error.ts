export interface VoiceErrorOptions {
  readonly cause?: unknown;
  /** Facts for programs: plain JSON, never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class of Sidetone. Programs compare `code`, never the class (two copies of a
 * package in one program have two classes); people read `message`, which says what to do.
 */
export class VoiceError<Code extends string = string> extends Error {
  override readonly name = 'VoiceError';
  readonly code: Code;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, options: VoiceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = Object.freeze({ ...options.details });
  }
}

/** Narrows by shape, so that an error of another copy of this package is recognised too. */
export function isVoiceError(error: unknown): error is VoiceError {
  return error instanceof Error && error.name === 'VoiceError' && 'code' in error;
}
