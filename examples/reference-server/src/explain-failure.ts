import { isVoiceError } from '@sidetone/protocol';
import type { Settings } from './settings.js';

/** One line for who started the server: plugins speak of options, people here set variables. */
export function explainFailure(error: unknown, settings: Settings | null): string {
  const message = error instanceof Error ? error.message : String(error);
  if (settings === null || !isVoiceError(error)) return message;
  switch (error.code) {
    case 'ERR_HTTP_INSECURE_HOST':
      return `SIDETONE_HOST "${settings.host}" can be reached from other machines, and without TLS voice and credentials travel readable: bind 127.0.0.1 behind a TLS proxy, or set SIDETONE_INSECURE=1 on a network you trust`;
    case 'ERR_HTTP_PORT_TAKEN':
    case 'ERR_UDP_PORT_TAKEN':
      return `port ${settings.port} on ${settings.host} is taken; stop what uses it or set SIDETONE_PORT`;
    default:
      return message.replaceAll('\n', ' ');
  }
}
