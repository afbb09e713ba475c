import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '@sidetone/core';
import { CommandFailure } from '../command/command-failure.js';
import { MAX_REQUEST_BYTES, type RpcError, type RpcMessage } from './json-rpc.js';
import { readLines } from './read-lines.js';

/** Whoever may open the socket is the operator: this keeps mistakes small, not strangers out. */
const MAX_CONNECTIONS = 16;
const IDLE_TIMEOUT_MS = 60_000;
/** Only the owner reads and writes. */
const MODE = 0o600;

export type RunRequest = (
  params: unknown,
  output: (text: string) => Promise<void>,
) => Promise<unknown>;

/** The server's end: carries out requests of the administration program, one after another. */
export class ControlSocket {
  readonly path: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #run: RunRequest;
  readonly #log: Logger;

  constructor(path: string, run: RunRequest, log: Logger) {
    this.path = path;
    this.#run = run;
    this.#log = log;
    this.#server = createServer((socket) => void this.#serve(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** What a crash has left there is replaced: the caller holds the folder. */
  async open(): Promise<void> {
    const isFile = !this.path.startsWith('\\\\');
    if (isFile) await rm(this.path, { force: true });
    // From its first moment on, not only after the chmod.
    const mask = process.umask(0o777 & ~MODE);
    try {
      this.#server.listen(this.path);
    } finally {
      process.umask(mask);
    }
    await once(this.#server, 'listening');
    if (isFile) await chmod(this.path, MODE);
  }

  /** Cuts off who is connected. The file of the socket goes with it. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
    // Said by the loop below, too.
    socket.on('error', () => undefined);
    try {
      for await (const line of readLines(socket, MAX_REQUEST_BYTES)) {
        await send(socket, await this.#answer(socket, line));
      }
    } catch (error) {
      this.#log.debug('a connection of the administration program ended', { error });
    } finally {
      this.#sockets.delete(socket);
      socket.destroy();
    }
  }

  async #answer(socket: Socket, line: string): Promise<RpcMessage> {
    const request = parse(line);
    if (request === null) {
      return failure(null, { code: -32600, message: 'not a request', data: { code: 'INVALID' } });
    }
    const { id, params } = request;
    try {
      const output = (text: string): Promise<void> =>
        send(socket, { jsonrpc: '2.0', method: 'output', params: { text } });
      return { jsonrpc: '2.0', id, result: await this.#run(params, output) };
    } catch (error) {
      return failure(id, this.#errorOf(error));
    }
  }

  #errorOf(error: unknown): RpcError {
    if (error instanceof CommandFailure) {
      return { code: -32000, message: error.message, data: { code: error.code } };
    }
    this.#log.error('a command of the administration program failed', { error });
    const message = 'the server failed; its log says why';
    return { code: -32603, message, data: { code: 'INTERNAL_ERROR' } };
  }
}

function parse(line: string): { readonly id: number; readonly params: unknown } | null {
  try {
    const { jsonrpc, id, method, params } = JSON.parse(line) as Record<string, unknown>;
    const known = jsonrpc === '2.0' && method === 'run' && Number.isSafeInteger(id);
    return known ? { id: id as number, params } : null;
  } catch {
    return null;
  }
}

function failure(id: number | null, error: RpcError): RpcMessage {
  return { jsonrpc: '2.0', id, error };
}

/** Resolves when the other end has room for more. */
function send(socket: Socket, message: RpcMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
