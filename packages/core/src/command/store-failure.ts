import { isVoiceError, WireError } from '@sidetone/protocol';

const RETRY_AFTER_MS = 1000;

/**
 * What the failure of a store is to who asked for something, with the failure as its cause;
 * anything else comes back as it is.
 */
export function withoutStoreFailure(error: unknown): unknown {
  if (!isVoiceError(error)) return error;
  switch (error.code) {
    case 'ERR_STORE_CONFLICT':
      return new WireError('ALREADY_EXISTS', 'something with this name or id is there already', {
        cause: error,
      });
    case 'ERR_STORE_REFERENCE':
      return new WireError('NOT_FOUND', 'something that the request names is not there any more', {
        cause: error,
      });
    case 'ERR_STORE_UNAVAILABLE':
      return new WireError('UNAVAILABLE', 'the database cannot be reached; ask again', {
        cause: error,
        retryAfterMs: RETRY_AFTER_MS,
      });
    case 'ERR_STORE_VERSION':
      return new WireError(
        'VERSION_CONFLICT',
        'somebody else has changed it meanwhile; look at it again and decide anew',
        { cause: error },
      );
    default:
      return error;
  }
}
