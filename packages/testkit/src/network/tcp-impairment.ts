import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSeededRandom, type SeededRandom } from '../random/seeded-random.js';
import { directionsOf, type Direction, type Directions } from './direction.js';
import type { StreamDirectionState } from './impaired-stream.js';
import {
  resolveLoopback,
  resolveOwnHost,
  type LoopbackAddress,
  type LoopbackTarget,
} from './loopback.js';
import { requireStruck } from './require-struck.js';
import { realTiming, type Timing } from './real-timing.js';
import { resolveStreamImpairment, type StreamImpairment } from './stream-impairment.js';
import {
  emptyConnectionStatistics,
  emptyStreamStatistics,
  type ConnectionStatistics,
  type StreamStatistics,
} from './stream-statistics.js';
import { TcpConnection, type CutOptions } from './tcp-connection.js';

export interface TcpImpairmentOptions {
  readonly target: LoopbackTarget;
  /** A whole number from 0 to 2^32 - 1; it decides the jitter. */
  readonly seed: number;
  /** Where it listens: a loopback address of the target's family, `127.0.0.1` or `::1` by default. */
  readonly host?: string;
  readonly uplink?: StreamImpairment;
  readonly downlink?: StreamImpairment;
  /** Times delays; real time by default. */
  readonly clock?: Timing;
}

/**
 * A bad network between TCP clients and a server, on loopback. Clients connect to `host` and
 * `port`; an end or a reset of one side reaches the other.
 */
export interface TcpImpairment {
  readonly host: string;
  readonly port: number;
  /** Connections that are open on at least one side. */
  readonly open: number;
  /** Replaces all faults of a direction; what is on its way keeps its moment. */
  set(directions: Directions, impairment: StreamImpairment): void;
  /** Ends all present connections at once, on both sides; with a reset by default. */
  cut(options?: CutOptions): void;
  /** Resets every new connection at once, until `heal`. */
  block(): void;
  /**
   * Forwards nothing any more and tells nobody: sockets stay open, new connections are accepted and
   * not answered, the end of one side stays hidden from the other. After `heal` everything arrives,
   * as TCP's retransmission would do it.
   */
  halfOpen(directions?: Directions): void;
  /** Ends `halfOpen` and `block`. */
  heal(): void;
  /** What has happened so far, over all connections; a copy. */
  statistics(direction: Direction): Readonly<StreamStatistics>;
  connectionStatistics(): Readonly<ConnectionStatistics>;
  /** Throws `ERR_TESTKIT_NOT_STRUCK` unless the fault has struck `atLeast` times; 1 by default. */
  requireStruck(
    direction: Direction,
    fault: 'delayed' | 'throttled' | 'heldHalfOpen',
    atLeast?: number,
  ): void;
  /** Closes all sockets and forgets what waits. Idempotent. */
  close(): Promise<void>;
}

/** Starts a {@link TcpImpairment}; it listens when the promise resolves. */
export async function createTcpImpairment(options: TcpImpairmentOptions): Promise<TcpImpairment> {
  const target = resolveLoopback(options.target);
  const random = createSeededRandom(options.seed);
  const directions = {
    uplink: directionState(options.uplink),
    downlink: directionState(options.downlink),
  };
  // Either side may end its half first, and the other half goes on.
  const listener = createServer({ allowHalfOpen: true });
  listener.listen(0, resolveOwnHost(options.host, target));
  await once(listener, 'listening');
  return new TcpProxy(listener, target, directions, random, options.clock ?? realTiming);
}

function directionState(impairment: StreamImpairment = {}): StreamDirectionState {
  return {
    impairment: resolveStreamImpairment(impairment),
    halfOpen: false,
    statistics: emptyStreamStatistics(),
  };
}

class TcpProxy implements TcpImpairment {
  readonly host: string;
  readonly port: number;
  readonly #listener: Server;
  readonly #target: LoopbackAddress;
  readonly #directions: Readonly<Record<Direction, StreamDirectionState>>;
  readonly #random: SeededRandom;
  readonly #timing: Timing;
  readonly #connections = new Set<TcpConnection>();
  readonly #counts = emptyConnectionStatistics();
  #blocked = false;
  #closing: Promise<void> | null = null;

  constructor(
    listener: Server,
    target: LoopbackAddress,
    directions: Readonly<Record<Direction, StreamDirectionState>>,
    random: SeededRandom,
    timing: Timing,
  ) {
    this.#listener = listener;
    this.#target = target;
    this.#directions = directions;
    this.#random = random;
    this.#timing = timing;
    const address = listener.address() as AddressInfo;
    this.host = address.address;
    this.port = address.port;
    listener.on('connection', (client) => this.#accept(client));
  }

  get open(): number {
    return this.#connections.size;
  }

  set(directions: Directions, impairment: StreamImpairment): void {
    const resolved = resolveStreamImpairment(impairment);
    for (const direction of directionsOf(directions)) {
      this.#directions[direction].impairment = resolved;
    }
  }

  cut(options: CutOptions = {}): void {
    this.#counts.cut += this.#connections.size;
    for (const connection of this.#connections) connection.cut(options);
  }

  block(): void {
    this.#blocked = true;
  }

  halfOpen(directions: Directions = 'both'): void {
    this.#counts.halfOpen += this.#connections.size;
    for (const direction of directionsOf(directions)) {
      this.#directions[direction].halfOpen = true;
      for (const connection of this.#connections) connection.hold(direction);
    }
  }

  heal(): void {
    this.#blocked = false;
    for (const state of Object.values(this.#directions)) state.halfOpen = false;
    for (const connection of this.#connections) {
      for (const direction of directionsOf('both')) connection.release(direction);
    }
  }

  statistics(direction: Direction): Readonly<StreamStatistics> {
    return { ...this.#directions[direction].statistics };
  }

  connectionStatistics(): Readonly<ConnectionStatistics> {
    return { ...this.#counts };
  }

  requireStruck(
    direction: Direction,
    fault: 'delayed' | 'throttled' | 'heldHalfOpen',
    atLeast = 1,
  ): void {
    requireStruck(this.statistics(direction), direction, fault, atLeast);
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  #accept(client: Socket): void {
    if (this.#blocked || this.#closing !== null) {
      this.#counts.blocked += 1;
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({ ...this.#target, allowHalfOpen: true });
    const random = this.#random.fork(`connection ${this.#counts.accepted}`);
    this.#counts.accepted += 1;
    const connection = new TcpConnection(client, server, this.#directions, this.#timing, random);
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  async #shut(): Promise<void> {
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    const connections = [...this.#connections];
    for (const connection of connections) connection.cut({});
    await Promise.all([closed, ...connections.map((connection) => connection.closed)]);
  }
}
