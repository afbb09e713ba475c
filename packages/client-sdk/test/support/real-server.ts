import { createNodeCipher } from '@sidetone/protocol';
import type { CreateServerOptions, OrganizationApi, Plugin } from '@sidetone/core';
import {
  createFakeClock,
  memoryTransport,
  startServer,
  type FakeClock,
  type MemoryLink,
  type MemoryTransport,
  type StartedServer,
} from '@sidetone/testkit';
import { Client } from '../../src/client/client.js';
import { resolveClientOptions, type ClientOptions } from '../../src/client/client-options.js';
import type { Platform } from '../../src/client/platform.js';
import { localMedia } from '../../src/media/local/local-media.js';
import { guest } from '../../src/control/authentication.js';
import { passthroughCodec } from './passthrough-codec.js';

/** A client of a real server, with the test's hand on its connections. */
export interface RealClient {
  readonly client: Client;
  /** Every connection that it has opened, oldest first. */
  readonly links: readonly MemoryLink[];
}

/** A server of core in this process, on a fake clock, without sockets. */
export class RealServer {
  readonly clock: FakeClock = createFakeClock();
  readonly #options: CreateServerOptions;
  readonly #plugins: readonly Plugin[];
  #transport: MemoryTransport = memoryTransport();
  #started: StartedServer | null = null;

  constructor(options: CreateServerOptions = {}, plugins: readonly Plugin[] = []) {
    this.#plugins = plugins;
    this.#options = { initialChannels: ['Lobby', 'Command'], clock: this.clock, ...options };
  }

  async start(): Promise<void> {
    this.#transport = memoryTransport();
    this.#started = await startServer([this.#transport, ...this.#plugins], this.#options);
  }

  /** Ends without a word to anybody, as far as clients can tell. */
  async stop(): Promise<void> {
    const started = this.#started;
    this.#started = null;
    for (const link of this.#transport.links) link.cut();
    await started?.stop();
  }

  /** As the program that runs the server has it. */
  get organization(): OrganizationApi {
    if (this.#started === null) throw new Error('the server does not run');
    return this.#started.server.organization();
  }

  async kick(session: string): Promise<void> {
    await this.#started?.server.organization().participants.kick(session);
  }

  async connect(name: string, options: Partial<ClientOptions> = {}): Promise<RealClient> {
    const links: MemoryLink[] = [];
    const platform: Platform = {
      warn: (message, cause) => {
        throw new Error(message, { cause });
      },
      createMedia: localMedia({ createCipher: createNodeCipher, openUdpPath: null }),
      openSocket: (url, subprotocol, listener) => {
        const link = this.#transport.openSocket(url, subprotocol, listener);
        links.push(link);
        return {
          remoteAddress: () => null,
          sendText: (message) => link.sendText(message),
          sendBinary: (bytes) => link.sendBinary(bytes),
          close: (code, reason) => link.close(code, reason),
          terminate: () => link.terminate(),
        };
      },
    };
    const resolved = resolveClientOptions({
      url: 'ws://memory.test',
      codec: passthroughCodec(),
      authentication: guest(name),
      clock: this.clock,
      reconnect: ({ attempt }) => (attempt === 1 ? 0 : 200),
      ...options,
    });
    const client = new Client(platform, resolved);
    await client.connect();
    return { client, links };
  }
}
