import type { VoiceError } from '@sidetone/protocol';
import { clientError, type ClientErrorCode } from '../error/client-error.js';

export function oggError(problem: string, remedy: string): VoiceError<ClientErrorCode> {
  return clientError('ERR_AUDIO_OGG', `the Ogg file cannot be read: ${problem}; ${remedy}`);
}
