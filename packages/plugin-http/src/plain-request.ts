import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Serves a request to upgrade as the plain request that it also is: a server may ignore `Upgrade`
 * (RFC 9110 section 7.8), and Node does as long as nobody listens for `upgrade`. Some clients ask
 * for `h2c` on every first request; they must not be cut off because a plugin registered one path.
 *
 * The request goes back into its socket without the header, and the socket back to the server. One
 * request for each socket: Node's listeners of the first round stay on it.
 */
export function serveAsPlainRequest(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i] ?? '';
    if (/^(upgrade|connection)$/i.test(name)) continue;
    lines.push(`${name}: ${request.rawHeaders[i + 1]}`);
  }
  lines.push('Connection: close', '', '');
  socket.unshift(Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), head]));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
}
