import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpHandler, Logger, UpgradeHandler } from '@sidetone/core';

/** Calls a plugin's handler; one that throws costs its own request and nothing else. */
export function callHandler(
  handler: HttpHandler,
  request: IncomingMessage,
  response: ServerResponse,
  log: Logger,
): void {
  try {
    handler(request, response);
  } catch (error) {
    log.error('an HTTP handler threw', { method: request.method, error });
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'Content-Type': 'text/plain' }).end('Internal error\n');
  }
}

/** The same for an upgrade. The socket has an `error` listener from here on. */
export function callUpgrade(
  handler: UpgradeHandler,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  log: Logger,
): void {
  // A reset may come before the handler listens itself; without any listener it ends the process.
  socket.on('error', () => socket.destroy());
  try {
    handler(request, socket, head);
  } catch (error) {
    log.error('an upgrade handler threw', { error });
    socket.destroy();
  }
}
