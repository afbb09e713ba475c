import { isVoiceError, type VoiceError } from '@sidetone/protocol';
import { clientError } from '../../error/client-error.js';
import type { AudioPage } from './audio-page.js';

/** Why nothing of sound can work in this page, or `null`. */
export function pageError(page: AudioPage): VoiceError | null {
  if (!page.isSecure) {
    return clientError(
      'ERR_AUDIO_INSECURE_PAGE',
      'browsers have neither microphones nor voice in a page that is not secure; open it with https://, or on this machine as http://localhost',
    );
  }
  return page.missing.length === 0 ? null : unsupportedError(page.missing);
}

/** `missing`: by name, what the browser has not. */
export function unsupportedError(missing: readonly string[]): VoiceError {
  return clientError(
    'ERR_AUDIO_UNSUPPORTED',
    `this browser has no "${missing.join('", "')}", without which there is no voice; update it, or take a current Chrome, Edge, Firefox or Safari`,
    { details: { missing } },
  );
}

export function blockedError(state: string): VoiceError {
  const message =
    state === 'interrupted'
      ? 'another app, such as a call, has the sound; it comes back by itself, or with audio.start() in a click'
      : 'the browser plays nothing before the user has done something in the page; call audio.start() in a click or a key press';
  return clientError('ERR_AUDIO_BLOCKED', message, { details: { state } });
}

export function outputLostError(cause: unknown): VoiceError {
  return clientError(
    'ERR_AUDIO_OUTPUT',
    'the sound of the page has failed several times in a row; look at the output device of the system, then call audio.start() again',
    { cause },
  );
}

export function outputDeviceError(deviceId: string, cause: unknown): VoiceError {
  const details = { deviceId };
  const name = nameOf(cause);
  if (name === 'NotFoundError') {
    const message = `there is no output device "${deviceId}"; choose one of audio.devices()`;
    return clientError('ERR_AUDIO_OUTPUT', message, { cause, details });
  }
  if (name === 'NotAllowedError') {
    const message = `the page may not play on "${deviceId}"; allow it in the browser, and "speaker-selection" in the page's permissions policy`;
    return clientError('ERR_AUDIO_OUTPUT', message, { cause, details });
  }
  const message = `the output device "${deviceId}" does not work; choose another one`;
  return clientError('ERR_AUDIO_OUTPUT', message, { cause, details });
}

export function notSelectableError(deviceId: string): VoiceError {
  return clientError(
    'ERR_AUDIO_OUTPUT',
    `this browser plays on the default device of the system only, not on "${deviceId}"; choose it in the settings of the system`,
    { details: { deviceId } },
  );
}

/** What a start that `stop()` overtook rejects with. */
export function stoppedError(what: string): VoiceError {
  return clientError('ERR_CLIENT_STATE', `${what} was stopped before it had started`);
}

/** Errors of this SDK as they are; anything else is why the sound could not start. */
export function asAudioError(cause: unknown): VoiceError {
  if (isVoiceError(cause)) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return clientError(
    'ERR_AUDIO_OUTPUT',
    `the sound of the page could not start: ${why}; look at the output device of the system`,
    { cause },
  );
}

/** The name of a DOMException. */
export function nameOf(cause: unknown): string {
  return cause instanceof Error || cause instanceof DOMException ? cause.name : '';
}
