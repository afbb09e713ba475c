import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { isLoopback, type HttpHandler, type Logger, type UpgradeHandler } from '@sidetone/core';
import { callHandler, callUpgrade } from './call-handler.js';
import type { Listener } from './listener.js';
import { listenerUrl } from './listener-url.js';
import { serveAsPlainRequest } from './plain-request.js';
import { RouteTable } from './route-table.js';

interface AttachedListenerParts {
  readonly server: Server;
  readonly secure: boolean;
  readonly insecure: boolean;
  readonly log: Logger;
}

type Emit = (event: string | symbol, ...args: unknown[]) => boolean;

interface Attachment {
  /** The server's own property `emit` as it was; usually none, for it is inherited. */
  readonly before: PropertyDescriptor | undefined;
  readonly emit: Emit;
}

/**
 * Registered paths on a server of the embedding program.
 *
 * Node calls every listener of `request` and `upgrade`, so one more listener would not do: Express
 * would answer our path with its 404, and a `ws` server bound to another path would refuse our
 * upgrades. So the two events are looked at where they are emitted, and those for our paths go no
 * further. The program's listeners stay as they are, in order, whenever it adds or removes them.
 */
export class AttachedListener implements Listener {
  readonly secure: boolean;
  readonly #parts: AttachedListenerParts;
  readonly #routes = new RouteTable();
  readonly #upgraded = new Set<Duplex>();
  #attachment: Attachment | null = null;

  constructor(parts: AttachedListenerParts) {
    this.#parts = parts;
    this.secure = parts.secure;
  }

  get url(): string | null {
    return listenerUrl(this.#parts.server, this.secure);
  }

  handle(method: 'GET' | 'POST', path: string, handler: HttpHandler): void {
    this.#routes.handle(method, path, handler);
  }

  upgrade(path: string, handler: UpgradeHandler): void {
    this.#routes.upgrade(path, handler);
  }

  async open(): Promise<void> {
    const { server } = this.#parts;
    const before = Object.getOwnPropertyDescriptor(server, 'emit');
    const emitFurther = server.emit.bind(server) as Emit;
    const emit: Emit = (event, ...args) => this.#takes(event, args) || emitFurther(event, ...args);
    server.emit = emit as typeof server.emit;
    this.#attachment = { before, emit };
    // Node emits `upgrade` only while somebody listens for it.
    server.on('upgrade', announceUpgrades);
    if (server.listening) this.#warnIfExposed();
    else server.once('listening', this.#warnIfExposed);
  }

  async close(): Promise<void> {
    const { server } = this.#parts;
    const attachment = this.#attachment;
    if (attachment === null) return;
    this.#attachment = null;
    server.off('listening', this.#warnIfExposed);
    server.off('upgrade', announceUpgrades);
    // Where somebody else has wrapped `emit` since, ours stays below and lets everything pass.
    if ((server.emit as Emit) === attachment.emit) restoreEmit(server, attachment.before);
    for (const socket of this.#upgraded) socket.destroy();
  }

  #takes(event: string | symbol, args: unknown[]): boolean {
    if (this.#attachment === null) return false;
    if (event === 'request') return this.#takesRequest(...(args as RequestArguments));
    return event === 'upgrade' && this.#takesUpgrade(...(args as UpgradeArguments));
  }

  #takesRequest(request: IncomingMessage, response: ServerResponse): boolean {
    const handler = this.#routes.handlerOf(request);
    if (handler) callHandler(handler, request, response, this.#parts.log);
    return handler !== undefined;
  }

  #takesUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const { server, log } = this.#parts;
    const handler = this.#routes.upgradeOf(request);
    if (handler) {
      this.#upgraded.add(socket);
      socket.once('close', () => this.#upgraded.delete(socket));
      callUpgrade(handler, request, socket, head, log);
      return true;
    }
    if (server.listenerCount('upgrade') > 1) return false;
    // Without us Node would have served it as a plain request.
    serveAsPlainRequest(server, request, socket, head);
    return true;
  }

  readonly #warnIfExposed = (): void => {
    const { server, secure, insecure, log } = this.#parts;
    const bound = server.address();
    if (secure || insecure || bound === null || typeof bound === 'string') return;
    if (isLoopback(bound.address)) return;
    log.warn(
      'clients may reach this server without TLS: voice and credentials can be read on the way, and browsers give no microphone to such pages. Use TLS; behind a TLS proxy set secure: true; insecure: true silences this',
      { address: bound.address },
    );
  };
}

type RequestArguments = [IncomingMessage, ServerResponse];
type UpgradeArguments = [IncomingMessage, Duplex, Buffer];

function restoreEmit(server: Server, before: PropertyDescriptor | undefined): void {
  if (before) Object.defineProperty(server, 'emit', before);
  else Reflect.deleteProperty(server, 'emit');
}

function announceUpgrades(): void {}
