import { VoiceError, type VoiceErrorOptions } from '@sidetone/protocol';

/** Every code that the SDK itself throws. What the server refuses comes with a code of the wire. */
export const CLIENT_ERRORS = {
  ERR_CLIENT_OPTIONS: 'An option has a value that the client cannot work with.',
  ERR_CLIENT_STATE: 'The call needs another state of the client, usually "connected".',
  ERR_CLIENT_CONNECT: 'The connection could not be opened or the server is not a Sidetone server.',
  ERR_CLIENT_AUTHENTICATION_METHOD: 'The server does not offer this way to sign in.',
  ERR_CLIENT_DISCONNECTED: 'The session ended before the answer came.',
  ERR_CLIENT_TIMEOUT: 'The client did not get to the state that was waited for in time.',
  ERR_CLIENT_MESSAGE_TOO_LONG: 'The request is longer than the server takes.',
  ERR_CLIENT_PROTOCOL: 'The server sent something that breaks the protocol.',
  ERR_CLIENT_SEQUENCE_GAP: 'A numbered event is missing; the session is resumed to get it.',
  ERR_CLIENT_NOT_FOUND: 'There is no such channel or participant, or none that this user may see.',
  ERR_CLIENT_AMBIGUOUS: 'Several channels have this name; the id tells them apart.',
  ERR_CLIENT_NOT_JOINED: 'The membership has ended.',
  ERR_CLIENT_KEYBOARD: 'A slot, its targets or an option of a keyboard are not possible.',
  ERR_CLIENT_TARGET_CLOSED: 'The talk target has been unregistered.',
  ERR_CLIENT_REPLAY: 'The transmission is not kept any more.',
  ERR_CLIENT_ASSETS: 'The worker or worklet of a page could not be loaded.',
  ERR_AUDIO_INSECURE_PAGE: 'The page is not in a secure context, where browsers have no audio.',
  ERR_AUDIO_UNSUPPORTED: 'The browser lacks something that voice needs; the message names it.',
  ERR_AUDIO_BLOCKED: 'The browser plays nothing before the user has clicked or pressed a key.',
  ERR_AUDIO_MICROPHONE_DENIED: 'The user, the page or the system does not let the page listen.',
  ERR_AUDIO_NO_MICROPHONE: 'There is no microphone.',
  ERR_AUDIO_MICROPHONE_FAILED: 'The microphone is in use, unplugged, silent, or not as asked for.',
  ERR_AUDIO_WAV: 'The bytes are not a WAV file that can be read.',
  ERR_AUDIO_OGG: 'The bytes are not an Ogg Opus file that can be read and sent as it is.',
  ERR_AUDIO_FFMPEG: 'The ffmpeg program is missing, or it cannot read the file.',
  ERR_AUDIO_OUTPUT: 'The stream or device that sound goes to has failed, or cannot be chosen.',
  ERR_AUDIO_SAMPLES: 'The samples do not have the length or shape that is needed.',
  ERR_AUDIO_SETTINGS: 'The encoder settings of a source are outside what the wire can carry.',
} as const;

export type ClientErrorCode = keyof typeof CLIENT_ERRORS;

export function clientError(
  code: ClientErrorCode,
  message: string,
  options: VoiceErrorOptions = {},
): VoiceError<ClientErrorCode> {
  return new VoiceError(code, message, options);
}
