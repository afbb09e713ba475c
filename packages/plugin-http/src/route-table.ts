import type { IncomingMessage } from 'node:http';
import type { HttpHandler, UpgradeHandler } from '@sidetone/core';
import { VoiceError } from '@sidetone/protocol';
import type { HttpErrorCode } from './error-codes.js';

type Method = 'GET' | 'POST';

/** What plugins have registered, by exact path. */
export class RouteTable {
  readonly #handlers = new Map<string, Map<Method, HttpHandler>>();
  readonly #upgrades = new Map<string, UpgradeHandler>();

  handle(method: Method, path: string, handler: HttpHandler): void {
    const methods = this.#handlers.get(path) ?? new Map<Method, HttpHandler>();
    if (methods.has(method)) throw pathTaken(`${method} ${path}`);
    this.#handlers.set(path, methods.set(method, handler));
  }

  upgrade(path: string, handler: UpgradeHandler): void {
    if (this.#upgrades.has(path)) throw pathTaken(`upgrade ${path}`);
    this.#upgrades.set(path, handler);
  }

  /** HEAD is served by the handler of GET; Node leaves the body out. */
  handlerOf(request: IncomingMessage): HttpHandler | undefined {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    return this.#handlers.get(pathOf(request))?.get(method as Method);
  }

  upgradeOf(request: IncomingMessage): UpgradeHandler | undefined {
    return this.#upgrades.get(pathOf(request));
  }

  /** Methods that the path of a request answers; empty where nobody registered it. */
  methodsOf(request: IncomingMessage): readonly string[] {
    return [...(this.#handlers.get(pathOf(request))?.keys() ?? [])];
  }
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '';
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function pathTaken(what: string): VoiceError<HttpErrorCode> {
  return new VoiceError(
    'ERR_HTTP_PATH_TAKEN',
    `"${what}" is registered already: give one of the two plugins another path`,
    { details: { path: what } },
  );
}
