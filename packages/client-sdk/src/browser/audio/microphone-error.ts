import { isVoiceError, type VoiceError } from '@sidetone/protocol';
import { clientError } from '../../error/client-error.js';
import { nameOf } from './audio-error.js';
import type { AudioPage } from './audio-page.js';

/** Who does not let the page listen. */
export type MicrophoneRefusal = 'policy' | 'system' | 'dismissed' | 'user';

const REFUSALS: Readonly<Record<MicrophoneRefusal, string>> = {
  policy:
    'the page is not allowed to ask for the microphone; its server has to allow "microphone" in the Permissions-Policy header, and the frame it is in with allow="microphone"',
  system:
    'the system does not let the browser use the microphone; allow it in the privacy settings of the system',
  dismissed: 'the question for the microphone was not answered; ask again, and choose "allow"',
  user: 'the microphone is blocked for this page; allow it in the settings beside the address of the page, then try again',
};

/** What `getUserMedia` rejected with, as an error that says what to do. */
export async function microphoneError(
  cause: unknown,
  page: AudioPage,
  deviceId: string | null,
): Promise<VoiceError> {
  if (isVoiceError(cause)) return cause;
  switch (nameOf(cause)) {
    case 'NotAllowedError':
    case 'SecurityError':
      return deniedError(cause, await refusalOf(cause, page));
    case 'NotFoundError':
      return clientError(
        'ERR_AUDIO_NO_MICROPHONE',
        'no microphone is connected, or the system hides it; connect one',
        { cause },
      );
    case 'OverconstrainedError':
      return failedError(
        deviceId === null
          ? 'no microphone can do what was asked of it; leave out options of microphone.start()'
          : `the microphone "${deviceId}" is not there; choose one of audio.devices()`,
        deviceId === null ? 'constraints' : 'unplugged',
        cause,
      );
    case 'NotReadableError':
    case 'AbortError':
      return failedError(
        'the microphone is there and cannot be read; close other programs that use it, or connect it again',
        'inUse',
        cause,
      );
    default:
      return failedError(
        `the microphone could not be opened: ${cause instanceof Error ? cause.message : String(cause)}; connect it again, or choose another one`,
        'unknown',
        cause,
      );
  }
}

export function sampleRateError(cause: unknown): VoiceError {
  return failedError(
    'this browser cannot bring the microphone to 48 kHz; choose 48 kHz for it in the sound settings of the system, or take another one',
    'sampleRate',
    cause,
  );
}

export function silentError(seconds: number): VoiceError {
  return failedError(
    `nothing but silence came from the microphone for ${seconds} s; look for a switch on it, and for its level in the settings of the system`,
    'silent',
  );
}

function deniedError(cause: unknown, refusal: MicrophoneRefusal): VoiceError {
  return clientError('ERR_AUDIO_MICROPHONE_DENIED', REFUSALS[refusal], {
    cause,
    details: { refusal },
  });
}

async function refusalOf(cause: unknown, page: AudioPage): Promise<MicrophoneRefusal> {
  if (page.microphoneAllowed() === false) return 'policy';
  const message = cause instanceof Error || cause instanceof DOMException ? cause.message : '';
  if (/system/i.test(message)) return 'system';
  // Whoever is still to be asked has closed the question without an answer.
  return (await page.microphonePermission()) === 'prompt' ? 'dismissed' : 'user';
}

function failedError(message: string, reason: string, cause?: unknown): VoiceError {
  return clientError('ERR_AUDIO_MICROPHONE_FAILED', message, {
    details: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}
