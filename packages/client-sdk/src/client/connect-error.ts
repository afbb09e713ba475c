import type { VoiceError } from '@sidetone/protocol';
import { clientError } from '../error/client-error.js';
import type { DisconnectReason } from './client-state.js';

/** What `connect()` rejects with: the server's refusal itself, or why it did not come that far. */
export function connectError(reason: DisconnectReason, url: string): VoiceError {
  switch (reason.kind) {
    case 'signInFailed':
    case 'protocolFailure':
      return reason.error;
    case 'closedByServer':
      return clientError(
        'ERR_CLIENT_CONNECT',
        `the server at "${url}" closed the connection: ${reason.message} (${reason.reason ?? reason.code})`,
        { details: { reason: reason.reason, code: reason.code, comeBack: reason.comeBack } },
      );
    case 'connectionLost':
      return clientError(
        'ERR_CLIENT_CONNECT',
        `no connection to "${url}": ${reason.message}; is a Sidetone server running there, and is it the right one of ws:// and wss://?`,
      );
    case 'serverSilent':
      return clientError('ERR_CLIENT_CONNECT', `the server at "${url}" does not answer`);
  }
}
