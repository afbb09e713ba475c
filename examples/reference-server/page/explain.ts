import type { DisconnectReason } from '@sidetone/client-sdk';
import { isVoiceError } from '@sidetone/protocol';

/** What is shown of something that went wrong. */
export interface Explanation {
  readonly code: string;
  /** What is wrong and what to do about it, for whoever sits in front of the page. */
  readonly sentence: string;
}

/** Where a user of this page does something else than the developer whom the error speaks to. */
const SENTENCES: Readonly<Record<string, string>> = {
  ERR_AUDIO_BLOCKED:
    'Your browser plays no sound before you have clicked in the page. Press "Start the sound".',
  ERR_CLIENT_CONNECT:
    'The server does not answer. Look whether it runs and your network works, then connect again.',
  ERR_CLIENT_AUTHENTICATION_METHOD:
    'This server does not let people in this way. With an account here, fill in its password; without one, ask whoever runs the server.',
  AUTHENTICATION_FAILED: 'The name or the password is wrong. Correct them and connect again.',
  SERVER_FULL: 'The server is full. Try again later.',
  CHANNEL_FULL: 'The channel is full. Join another one, or try again later.',
  ACCESS_DENIED: 'You may not do this. Ask whoever runs the server for the permission.',
  PASSWORD_WRONG: 'This is not the password of the channel. Try again.',
};

export const INSECURE_PAGE: Explanation = {
  code: 'ERR_AUDIO_INSECURE_PAGE',
  sentence:
    'Browsers give no microphone to a page that is not secure. Open this page with https://, or on the machine of the server as http://localhost.',
};

export function explain(error: unknown): Explanation {
  if (!isVoiceError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'UNEXPECTED', sentence: `${message}. Reload the page and try again.` };
  }
  const { code, message } = error;
  if (code === INSECURE_PAGE.code) return INSECURE_PAGE;
  return { code, sentence: SENTENCES[code] ?? sentenceOf(message) };
}

/** Why the connection ended. */
export function explainEnd(reason: DisconnectReason): Explanation {
  switch (reason.kind) {
    case 'closedByServer':
      return {
        code: reason.reason ?? `CLOSED_${reason.code}`,
        sentence: `The server has ended the connection: ${reason.message}.`,
      };
    case 'connectionLost':
    case 'serverSilent':
      return {
        code: 'ERR_CLIENT_DISCONNECTED',
        sentence:
          reason.kind === 'serverSilent'
            ? 'The server is not heard of any more.'
            : 'The server or the network is gone.',
      };
    case 'protocolFailure':
    case 'signInFailed':
      return explain(reason.error);
  }
}

function sentenceOf(message: string): string {
  const begun = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
