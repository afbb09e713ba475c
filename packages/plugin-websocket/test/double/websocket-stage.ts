import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  Clock,
  ControlIngress,
  HttpServer,
  MemoryMetrics,
  Metrics,
  VoiceIngress,
  VoiceTransport,
} from '@sidetone/core';
import { websocket, type WebSocketOptions } from '@sidetone/plugin-websocket';
import {
  createFakeClock,
  give,
  mountPlugin,
  RecordingControlIngress,
  RecordingVoiceIngress,
  waitFor,
  type AcceptedConnection,
  type FakeClock,
  type MountedPlugin,
  type MountOptions,
} from '@sidetone/testkit';
import { WebSocket, type ClientOptions } from 'ws';
import { UpgradeListener } from './upgrade-listener.js';

export const SUBPROTOCOL = 'sidetone.v1';

/** A client and its connection on the server's side. */
export interface Pair {
  readonly client: WebSocket;
  readonly connection: AcceptedConnection;
}

/** The plugin on a real listener, with everything around it that a test looks at or moves. */
export class WebSocketStage {
  readonly clock: FakeClock = createFakeClock(1_000);
  readonly metrics = new MemoryMetrics();
  readonly control = new RecordingControlIngress();
  readonly ingress = new RecordingVoiceIngress();
  readonly #options: WebSocketOptions | undefined;
  readonly #listener = new UpgradeListener();
  #mounted: MountedPlugin | null = null;

  constructor(options?: WebSocketOptions) {
    this.#options = options;
  }

  get plugin(): MountedPlugin {
    if (this.#mounted === null) throw new Error('the stage was not started');
    return this.#mounted;
  }

  get voice(): VoiceTransport {
    return this.plugin.get(VoiceTransport);
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Sockets that the server holds. */
  get openSockets(): number {
    return this.#listener.openSockets;
  }

  async start(how?: MountOptions): Promise<void> {
    const given = [
      give(Clock, this.clock),
      give(Metrics, this.metrics),
      give(HttpServer, this.#listener),
      give(ControlIngress, this.control),
      give(VoiceIngress, this.ingress),
    ];
    this.#mounted = await mountPlugin(websocket(this.#options), given, how);
    await this.#listener.open();
  }

  async stop(): Promise<void> {
    const stopped = this.#mounted?.close();
    this.#listener.cut();
    await stopped;
    await this.#listener.close();
  }

  /** Counters above zero that begin with `prefix`, without it. */
  counted(prefix: string): Readonly<Record<string, number>> {
    return Object.fromEntries(
      Object.entries(this.metrics.snapshot())
        .filter(([key, value]) => key.startsWith(prefix) && value > 0)
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
  }

  dial(
    options: ClientOptions = {},
    protocols: string[] = [SUBPROTOCOL],
    port: number = this.port,
  ): WebSocket {
    const client = new WebSocket(`ws://127.0.0.1:${port}/voice`, protocols, options);
    client.on('error', () => {});
    return client;
  }

  /** @param port of something between the client and the server */
  async pair(options?: ClientOptions, port?: number): Promise<Pair> {
    const index = this.control.accepted.length;
    const client = this.dial(options, [SUBPROTOCOL], port);
    await once(client, 'open');
    return { client, connection: await waitFor(() => this.control.accepted[index]) };
  }

  /** A client that signed in as the session `session-<handle>`. */
  async signedIn(handle: number, options?: ClientOptions, port?: number): Promise<Pair> {
    const pair = await this.pair(options, port);
    pair.connection.peer.authenticated({ id: `session-${handle}`, handle });
    return pair;
  }

  /** The status line that a request to upgrade is answered with. */
  async handshake(headers: Readonly<Record<string, string>>): Promise<string> {
    const socket = await this.rawUpgrade(headers);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return answer.toString('latin1');
  }

  async rawUpgrade(headers: Readonly<Record<string, string>> = {}): Promise<Socket> {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    await once(socket, 'connect');
    const all = {
      Host: `127.0.0.1:${this.port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'Sec-WebSocket-Protocol': SUBPROTOCOL,
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    socket.write(['GET /voice HTTP/1.1', ...lines, '', ''].join('\r\n'));
    return socket;
  }

  /** What the client sent before has been handled when this resolves. */
  async handled({ client, connection }: Pair): Promise<void> {
    const count = connection.messages.length;
    client.send('"done"');
    await waitFor(() => connection.messages.length > count);
  }
}
