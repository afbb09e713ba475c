import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock, HttpHandler, Logger, UpgradeHandler } from '@sidetone/core';
import { VoiceError } from '@sidetone/protocol';
import type { HttpErrorCode } from './error-codes.js';
import type { Listener } from './listener.js';
import { listenerUrl } from './listener-url.js';
import { serveAsPlainRequest } from './plain-request.js';
import { RouteTable } from './route-table.js';
import { callHandler, callUpgrade } from './call-handler.js';

/** Whoever drips bytes is gone after these; Node's defaults are 60 s, 300 s and 30 s. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const CHECKING_INTERVAL_MS = 1_000;
const KEEP_ALIVE_TIMEOUT_MS = 5_000;
const MAX_HEADER_BYTES = 8_192;
const MAX_HEADERS = 64;
/** All clients of a server come back at once after a cut. The system cuts it to its own maximum. */
const BACKLOG = 4_096;
/** Answers under way when the server stops may take this long. */
const CLOSE_GRACE_MS = 1_000;

interface OwnListenerParts {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An HTTP server of our own. */
export class OwnListener implements Listener {
  readonly secure = false;
  readonly #parts: OwnListenerParts;
  readonly #routes = new RouteTable();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #answering = new Set<Socket>();
  #closed: Promise<void> | null = null;

  constructor(parts: OwnListenerParts) {
    this.#parts = parts;
    this.#server = createServer({
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECKING_INTERVAL_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    this.#server.maxHeadersCount = MAX_HEADERS;
    this.#server.on('connection', (socket) => this.#track(socket));
    this.#server.on('request', (request, response) => this.#request(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  get url(): string | null {
    return listenerUrl(this.#server, this.secure);
  }

  handle(method: 'GET' | 'POST', path: string, handler: HttpHandler): void {
    this.#routes.handle(method, path, handler);
  }

  upgrade(path: string, handler: UpgradeHandler): void {
    this.#routes.upgrade(path, handler);
  }

  async open(): Promise<void> {
    const { host, port, log } = this.#parts;
    await new Promise<void>((resolve, reject) => {
      const refused = (cause: NodeJS.ErrnoException): void =>
        reject(listenError(host, port, cause));
      this.#server.once('error', refused);
      this.#server.listen({ host, port, backlog: BACKLOG }, () => {
        this.#server.off('error', refused);
        resolve();
      });
    });
    this.#server.on('error', (error) => log.error('the HTTP listener failed', { error }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#server.listening ? this.#end() : Promise.resolve();
    return this.#closed;
  }

  async #end(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) {
      if (!this.#answering.has(socket)) socket.destroy();
    }
    const cancel = this.#parts.clock.after(CLOSE_GRACE_MS, () => {
      for (const socket of this.#sockets) socket.destroy();
    });
    await ended;
    cancel();
  }

  #track(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#answering.delete(socket);
    });
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#answering.add(socket);
    response.once('close', () => {
      this.#answering.delete(socket);
      if (this.#closed !== null) socket.end();
    });
    const handler = this.#routes.handlerOf(request);
    if (handler) callHandler(handler, request, response, this.#parts.log);
    else refuse(response, this.#routes.methodsOf(request));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const handler = this.#routes.upgradeOf(request);
    if (handler) callUpgrade(handler, request, socket, head, this.#parts.log);
    else serveAsPlainRequest(this.#server, request, socket, head);
  }
}

function refuse(response: ServerResponse, allowed: readonly string[]): void {
  const known = allowed.length > 0;
  response.writeHead(known ? 405 : 404, {
    'Content-Type': 'text/plain; charset=utf-8',
    Connection: 'close',
    ...(known ? { Allow: allowed.join(', ') } : {}),
  });
  response.end(known ? 'Method not allowed\n' : 'Not found\n');
}

function listenError(
  host: string,
  port: number,
  cause: NodeJS.ErrnoException,
): VoiceError<HttpErrorCode> {
  const details = { host, port };
  if (cause.code === 'EADDRINUSE') {
    return new VoiceError(
      'ERR_HTTP_PORT_TAKEN',
      `"${host}:${port}" is in use by another program: stop it, or choose another port`,
      { cause, details },
    );
  }
  return new VoiceError(
    'ERR_HTTP_LISTEN_FAILED',
    `"${host}:${port}" cannot be listened on (${cause.code ?? cause.message}): choose an address of this machine and a port you may use`,
    { cause, details },
  );
}
