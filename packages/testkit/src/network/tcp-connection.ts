import type { Socket } from 'node:net';
import type { SeededRandom } from '../random/seeded-random.js';
import type { Direction } from './direction.js';
import { ImpairedStream, type StreamDirectionState } from './impaired-stream.js';
import type { Timing } from './real-timing.js';

export interface CutOptions {
  /** With a reset (RST), as when a middlebox refuses; otherwise with an orderly end (FIN). */
  readonly reset?: boolean;
}

/** One client's connection, its twin to the server, and the streams between them. */
export class TcpConnection {
  readonly #directions: Readonly<Record<Direction, StreamDirectionState>>;
  readonly #streams: Readonly<Record<Direction, ImpairedStream>>;
  readonly #sockets: readonly [client: Socket, server: Socket];
  /** Resolves when both sockets have closed. */
  readonly closed: Promise<void>;

  constructor(
    client: Socket,
    server: Socket,
    directions: Readonly<Record<Direction, StreamDirectionState>>,
    timing: Timing,
    random: SeededRandom,
  ) {
    this.#directions = directions;
    this.#sockets = [client, server];
    this.#streams = {
      uplink: new ImpairedStream(directions.uplink, timing, random.fork('uplink'), client, server),
      downlink: new ImpairedStream(
        directions.downlink,
        timing,
        random.fork('downlink'),
        server,
        client,
      ),
    };
    for (const socket of this.#sockets) {
      socket.setNoDelay(true);
      // The close that follows hands it on.
      socket.on('error', () => {});
      socket.on('close', () => this.#propagate());
    }
    this.closed = Promise.all(this.#sockets.map(closeOf)).then(() => {
      for (const stream of Object.values(this.#streams)) stream.clear();
    });
  }

  hold(direction: Direction): void {
    this.#streams[direction].hold();
  }

  release(direction: Direction): void {
    this.#streams[direction].release();
    this.#propagate();
  }

  cut({ reset = true }: CutOptions): void {
    for (const stream of Object.values(this.#streams)) stream.clear();
    for (const socket of this.#sockets) {
      if (reset) socket.resetAndDestroy();
      else socket.destroy();
    }
  }

  /**
   * The failure of one side reaches the other as a reset, unless the path from there is half-open.
   * An orderly end travels with the stream.
   */
  #propagate(): void {
    const [client, server] = this.#sockets;
    const { uplink, downlink } = this.#directions;
    if (hasFailed(client) && !uplink.halfOpen) server.resetAndDestroy();
    if (hasFailed(server) && !downlink.halfOpen) client.resetAndDestroy();
  }
}

function hasFailed(socket: Socket): boolean {
  return socket.destroyed && socket.errored !== null;
}

function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}
