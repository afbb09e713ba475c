import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HttpServer, UpgradeHandler } from '@sidetone/core';

/** Header of a request that pretends to come from elsewhere than loopback. */
export const FROM_HEADER = 'x-test-from';

/** As much of an HTTP listener as upgrades need, on a port of its own. */
export class UpgradeListener implements HttpServer {
  readonly url = null;
  readonly secure = false;
  readonly #http: Server = createServer();
  readonly #upgrades = new Map<string, UpgradeHandler>();
  readonly #sockets = new Set<Duplex>();

  constructor() {
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      const from = request.headers[FROM_HEADER];
      if (from !== undefined)
        Object.defineProperty(request.socket, 'remoteAddress', { value: from });
      const handler = this.#upgrades.get(new URL(request.url ?? '', 'http://h').pathname);
      if (handler) handler(request, socket, head);
      else socket.destroy();
    });
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /** Sockets whose server side is open. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  handle(): void {}

  upgrade(path: string, handler: UpgradeHandler): void {
    this.#upgrades.set(path, handler);
  }

  async open(): Promise<void> {
    this.#http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
    await once(this.#http, 'listening');
  }

  /** Ends all sockets without a word, those of upgrades too. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#http.closeAllConnections();
  }

  async close(): Promise<void> {
    this.cut();
    if (this.#http.listening) await new Promise((resolve) => this.#http.close(resolve));
  }
}
