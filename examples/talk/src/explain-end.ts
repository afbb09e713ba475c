import type { DisconnectReason } from '@sidetone/client-sdk';

/** Why a connection ended, for people. */
export function explainEnd(reason: DisconnectReason): string {
  switch (reason.kind) {
    case 'closedByServer':
      return `the server has ended the session: ${reason.message}`;
    case 'connectionLost':
      return `the connection is lost: ${reason.message}`;
    case 'serverSilent':
      return 'the connection is lost: the server has been silent for too long';
    case 'protocolFailure':
    case 'signInFailed':
      return `the session has ended: ${reason.error.message}`;
  }
}
