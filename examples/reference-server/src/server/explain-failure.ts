import { isVoiceError } from '@sidetone/protocol';
import { ConfigError } from '../config/config-problem.js';
import type { Settings } from '../config/settings.js';

/** For who started the server: plugins speak of options, people here set keys and variables. */
export function explainFailure(error: unknown, settings: Settings | null): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ConfigError || settings === null || !isVoiceError(error)) return message;
  const { host, port } = settings.listen;
  switch (error.code) {
    case 'ERR_HTTP_INSECURE_HOST':
      return `SIDETONE_HOST "${host}" can be reached from other machines, and without TLS voice and credentials travel readable: bind 127.0.0.1 behind a TLS proxy, or set SIDETONE_INSECURE=1 on a network you trust`;
    case 'ERR_HTTP_PORT_TAKEN':
    case 'ERR_UDP_PORT_TAKEN':
      return `port ${port} on ${host} is taken; stop what uses it or set SIDETONE_PORT`;
    default:
      return message.replaceAll('\n', ' ');
  }
}
