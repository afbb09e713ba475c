import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createToken, type Token } from '../token.js';

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * The HTTP listener that plugins hang routes and upgrades on. Paths are exact. Registering a path
 * twice throws `ERR_HTTP_PATH_TAKEN`. Handlers are called from `start` on; the listener opens in
 * the last step of the start, after every plugin is ready.
 */
export interface HttpServer {
  handle(method: 'GET' | 'POST', path: string, handler: HttpHandler): void;
  upgrade(path: string, handler: UpgradeHandler): void;
  /** Where clients reach it, for instance `http://127.0.0.1:8080`; `null` before it listens. */
  readonly url: string | null;
  /** True where what travels is protected: TLS here, or the embedding program vouches for it. */
  readonly secure: boolean;
}

export const HttpServer: Token<HttpServer> = createToken('HttpServer');
