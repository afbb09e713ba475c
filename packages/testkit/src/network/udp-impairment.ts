import type { RemoteInfo, Socket } from 'node:dgram';
import { optionError, testkitError } from '../error/error-codes.js';
import { createSeededRandom, type SeededRandom } from '../random/seeded-random.js';
import {
  emptyDatagramStatistics,
  type DatagramFault,
  type DatagramStatistics,
} from './datagram-statistics.js';
import { directionsOf, type Direction, type Directions } from './direction.js';
import { ImpairedPath, type DirectionState, type Passage, type Verdict } from './impaired-path.js';
import { resolveImpairment, type Impairment } from './impairment.js';
import {
  loopbackHost,
  requireLoopbackHost,
  resolveLoopback,
  resolveOwnHost,
  type LoopbackAddress,
  type LoopbackTarget,
} from './loopback.js';
import { requireRange } from './require-range.js';
import { requireStruck } from './require-struck.js';
import { realTiming, type Timing } from './real-timing.js';
import { UdpFlow } from './udp-flow.js';
import { UdpOutsiderSocket, type UdpOutsider } from './udp-outsider.js';
import { closeUdpSocket, openUdpSocket } from './udp-socket.js';

export type { UdpOutsider } from './udp-outsider.js';

export interface UdpImpairmentOptions {
  readonly target: LoopbackTarget;
  /** A whole number from 0 to 2^32 - 1. Print it when a test fails: it repeats every fate. */
  readonly seed: number;
  /**
   * Where clients send to; a free one by default. For a second impairment in the place of one that
   * was closed, as when a port is unreachable for a while.
   */
  readonly port?: number;
  /**
   * Where clients send to: a loopback address of the target's family, `127.0.0.1` or `::1` by
   * default. With one of its own for each, several networks lead to one port of a server.
   */
  readonly host?: string;
  readonly uplink?: Impairment;
  readonly downlink?: Impairment;
  /** Is shown every datagram as it arrives, before any fault: record it and replay it later. */
  readonly capture?: (datagram: CapturedDatagram) => void;
  /** Is told of every datagram as it leaves, of a duplicated one twice. */
  readonly passed?: (datagram: PassedDatagram) => void;
  /** Times delays; real time by default. */
  readonly clock?: Timing;
}

export interface CapturedDatagram {
  readonly direction: Direction;
  /** A copy that is the receiver's. */
  readonly bytes: Uint8Array;
  /** The client's own port, which tells clients apart. */
  readonly clientPort: number;
  /** Of this client in this direction, from 0 on. */
  readonly number: number;
  /** What became of it. */
  readonly verdict: Verdict;
}

/** One that got through. */
export interface PassedDatagram extends Passage {
  readonly direction: Direction;
  readonly clientPort: number;
}

export interface RebindOptions {
  /** Another loopback address, for instance `127.0.0.2`; the same by default. */
  readonly host?: string;
  /** The old address goes on receiving, as when two networks are up at once. */
  readonly keepOld?: boolean;
  /** Only this client; all by default. */
  readonly clientPort?: number;
}

/**
 * A bad network between UDP clients and a server, on loopback. Clients send to `host` and `port`;
 * the server sees each client at an address of the impairment's own, as behind a NAT. Every client
 * has fates of its own in each direction, decided by the seed, the order in which clients first
 * sent, and the datagram's number on its path.
 */
export interface UdpImpairment {
  readonly host: string;
  readonly port: number;
  /** Replaces all faults of a direction; what is on its way keeps its fate. */
  set(directions: Directions, impairment: Impairment): void;
  /** Loses everything, and what is on its way, until `heal`. */
  cut(directions?: Directions): void;
  heal(directions?: Directions): void;
  /** Gives clients new addresses, as a NAT does that forgot them. */
  rebind(options?: RebindOptions): Promise<void>;
  /** New addresses that clients have got so far, all together. */
  readonly rebinds: number;
  /**
   * Opens an address that belongs to no client, to send captured datagrams from.
   * @param host a loopback address; `127.0.0.2` by default, or `::1`
   */
  outsider(host?: string): Promise<UdpOutsider>;
  /**
   * Puts a datagram on the last leg, past all faults: `uplink` to the server from the client's
   * present address, `downlink` to the client. `clientPort` may be left out while there is but one
   * client (`ERR_TESTKIT_NO_FLOW` before it has sent anything).
   */
  inject(direction: Direction, bytes: Uint8Array, clientPort?: number): void;
  /** The ports at which the server sees the clients now, by the clients' own ports. */
  sourcePorts(): ReadonlyMap<number, number>;
  /** What has happened so far, over all clients; a copy. */
  statistics(direction: Direction): Readonly<DatagramStatistics>;
  /** Datagrams that have yet to leave. */
  readonly waiting: number;
  /** Throws `ERR_TESTKIT_NOT_STRUCK` unless the fault has struck `atLeast` times; 1 by default. */
  requireStruck(direction: Direction, fault: DatagramFault, atLeast?: number): void;
  /** Closes all sockets and forgets what waits. Idempotent. */
  close(): Promise<void>;
}

const MAX_CLIENTS = 4096;

/** Starts a {@link UdpImpairment}; it listens when the promise resolves. */
export async function createUdpImpairment(options: UdpImpairmentOptions): Promise<UdpImpairment> {
  const target = resolveLoopback(options.target);
  const directions = {
    uplink: directionState(options.uplink),
    downlink: directionState(options.downlink),
  };
  const random = createSeededRandom(options.seed);
  const { port = 0 } = options;
  requireRange('port', port, 0, 65_535);
  const host = resolveOwnHost(options.host, target);
  const front = await openUdpSocket(host, target.family, port);
  return new UdpProxy(options, target, directions, random, front);
}

function directionState(impairment: Impairment = {}): DirectionState {
  return {
    impairment: resolveImpairment(impairment),
    cut: false,
    statistics: emptyDatagramStatistics(),
  };
}

class UdpProxy implements UdpImpairment {
  readonly host: string;
  readonly port: number;
  readonly #target: LoopbackAddress;
  readonly #directions: Readonly<Record<Direction, DirectionState>>;
  readonly #random: SeededRandom;
  readonly #front: Socket;
  readonly #timing: Timing;
  readonly #capture: UdpImpairmentOptions['capture'];
  readonly #passed: UdpImpairmentOptions['passed'];
  readonly #flows = new Map<number, UdpFlow>();
  readonly #opening = new Set<Promise<void>>();
  readonly #outsiders: UdpOutsiderSocket[] = [];
  rebinds = 0;
  #closing: Promise<void> | null = null;

  constructor(
    options: UdpImpairmentOptions,
    target: LoopbackAddress,
    directions: Readonly<Record<Direction, DirectionState>>,
    random: SeededRandom,
    front: Socket,
  ) {
    this.#target = target;
    this.#directions = directions;
    this.#random = random;
    this.#front = front;
    this.#timing = options.clock ?? realTiming;
    this.#capture = options.capture;
    this.#passed = options.passed;
    ({ address: this.host, port: this.port } = front.address());
    front.on('message', (bytes, from) => {
      const flow = this.#flows.get(from.port) ?? this.#open(from);
      this.#arrive('uplink', flow, bytes);
    });
  }

  get waiting(): number {
    let waiting = 0;
    for (const flow of this.#flows.values()) waiting += flow.uplink.waiting + flow.downlink.waiting;
    return waiting;
  }

  set(directions: Directions, impairment: Impairment): void {
    const resolved = resolveImpairment(impairment);
    for (const direction of directionsOf(directions)) {
      this.#directions[direction].impairment = resolved;
    }
  }

  cut(directions: Directions = 'both'): void {
    for (const direction of directionsOf(directions)) {
      this.#directions[direction].cut = true;
      for (const flow of this.#flows.values()) flow[direction].clear();
    }
  }

  heal(directions: Directions = 'both'): void {
    for (const direction of directionsOf(directions)) this.#directions[direction].cut = false;
  }

  async rebind(options: RebindOptions = {}): Promise<void> {
    const host = requireLoopbackHost('host', options.host ?? loopbackHost(this.#target.family));
    const flows =
      options.clientPort === undefined
        ? [...this.#flows.values()]
        : [this.#flowOf(options.clientPort)];
    await Promise.all(flows.map((flow) => flow.rebind(host, options.keepOld ?? false)));
    this.rebinds += flows.length;
  }

  async outsider(host?: string): Promise<UdpOutsider> {
    const usual = this.#target.family === 6 ? '::1' : '127.0.0.2';
    const from = requireLoopbackHost('host', host ?? usual);
    const outsider = await UdpOutsiderSocket.open(from, this.#target);
    this.#outsiders.push(outsider);
    return outsider;
  }

  inject(direction: Direction, bytes: Uint8Array, clientPort?: number): void {
    const flow = this.#flowOf(clientPort);
    this.#directions[direction].statistics.injected += 1;
    this.#deliver(direction, flow, bytes.slice());
  }

  sourcePorts(): ReadonlyMap<number, number> {
    const ports = new Map<number, number>();
    for (const [clientPort, { sourcePort }] of this.#flows) {
      if (sourcePort !== null) ports.set(clientPort, sourcePort);
    }
    return ports;
  }

  statistics(direction: Direction): Readonly<DatagramStatistics> {
    return { ...this.#directions[direction].statistics };
  }

  requireStruck(direction: Direction, fault: DatagramFault, atLeast = 1): void {
    requireStruck(this.statistics(direction), direction, fault, atLeast);
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  #open(client: RemoteInfo): UdpFlow {
    if (this.#flows.size >= MAX_CLIENTS) {
      throw testkitError('ERR_TESTKIT_OPTION', `"${MAX_CLIENTS}" clients is the most it serves`);
    }
    const random = this.#random.fork(`client ${this.#flows.size}`);
    const path = (direction: Direction, flow: UdpFlow): ImpairedPath =>
      new ImpairedPath(
        this.#directions[direction],
        this.#timing,
        random.fork(direction),
        (bytes, passage) => {
          this.#passed?.({ ...passage, direction, clientPort: flow.client.port });
          this.#deliver(direction, flow, bytes);
        },
      );
    const flow = new UdpFlow(
      client,
      this.#target,
      (own) => ({ uplink: path('uplink', own), downlink: path('downlink', own) }),
      (own, bytes) => this.#arrive('downlink', own, bytes),
    );
    this.#flows.set(client.port, flow);
    this.#opening.add(flow.rebind(loopbackHost(this.#target.family), false));
    return flow;
  }

  #arrive(direction: Direction, flow: UdpFlow, bytes: Uint8Array): void {
    const number = flow[direction].arrivals;
    const verdict = flow[direction].arrive(bytes);
    this.#capture?.({
      direction,
      bytes: Uint8Array.from(bytes),
      clientPort: flow.client.port,
      number,
      verdict,
    });
  }

  #deliver(direction: Direction, flow: UdpFlow, bytes: Uint8Array): void {
    if (this.#closing !== null) return;
    if (direction === 'uplink') flow.sendToServer(bytes);
    else this.#front.send(bytes, flow.client.port, flow.client.address);
  }

  #flowOf(clientPort: number | undefined): UdpFlow {
    const [first, second] = this.#flows.values();
    const flow = clientPort === undefined ? first : this.#flows.get(clientPort);
    if (flow === undefined) {
      throw testkitError(
        'ERR_TESTKIT_NO_FLOW',
        `"${clientPort ?? 'any'}" is no client so far: let it send a datagram first`,
      );
    }
    if (clientPort === undefined && second !== undefined) {
      throw optionError('clientPort', clientPort, 'name one, several clients use the impairment');
    }
    return flow;
  }

  async #shut(): Promise<void> {
    this.#front.removeAllListeners('message');
    await Promise.all([
      closeUdpSocket(this.#front),
      ...[...this.#flows.values()].map((flow) => flow.close()),
      ...this.#outsiders.map((outsider) => outsider.close()),
    ]);
    // A flow whose socket could not be opened fails the close, so that nobody overlooks it.
    await Promise.all(this.#opening);
  }
}
