import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';

/** Where a client on this machine reaches the server; `null` before it listens, or on a pipe. */
export function listenerUrl(server: Server, secure: boolean): string | null {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') return null;
  const host = reachable(bound.address);
  return `${secure ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${bound.port}`;
}

/** Nobody connects to "any address"; what is bound to it answers on loopback too. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? 'localhost' : address;
}
