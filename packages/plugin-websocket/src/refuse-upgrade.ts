import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Answers a request to upgrade in plain HTTP and ends the socket.
 *
 * @param retryAfterS seconds after which to come back (RFC 9110 section 10.2.3); `null`: never
 */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  text: string,
  retryAfterS: number | null,
): void {
  const body = `${text}\n`;
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(retryAfterS === null ? [] : [`Retry-After: ${retryAfterS}`]),
      '',
      body,
    ].join('\r\n'),
  );
}
