import { randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createReasonCounters, type Counter, type Metrics } from '@sidetone/core';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { Admission, type ReleasePlace } from './admission.js';
import { Antechamber } from './antechamber.js';
import type { ResolvedWebSocketOptions } from './options.js';
import { allowsOrigin } from './origin-policy.js';
import { refuseUpgrade } from './refuse-upgrade.js';
import { WebSocketPeer, type PeerGround } from './websocket-peer.js';

export const SUBPROTOCOL = 'sidetone.v1';

const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_FRAGMENTS = 64;
const MAX_BUFFERED_CHUNKS = 1_024;
/** Of `ws` itself and on the real clock; our own deadline comes first. */
const CLOSE_TIMEOUT_MS = 5_000;

/** The defaults of `ws` for these are 100 MiB, 16,384, 262,144 and 30 s. */
const webSocketLimits = {
  maxPayload: MAX_MESSAGE_BYTES,
  maxFragments: MAX_FRAGMENTS,
  maxBufferedChunks: MAX_BUFFERED_CHUNKS,
  closeTimeout: CLOSE_TIMEOUT_MS,
} as const;

const refusals = {
  notReady: { status: 503, text: 'The server does not take connections now', passes: true },
  origin: { status: 403, text: 'This origin may not connect', passes: false },
  subprotocol: { status: 400, text: `Offer the subprotocol ${SUBPROTOCOL}`, passes: false },
  full: { status: 503, text: 'Too many connections', passes: true },
  addressFull: { status: 429, text: 'Too many connections of this address', passes: true },
} as const;
/** Those who found no place at the same moment come back over this time, not together. */
const RETRY_AFTER_S = { least: 1, most: 5 } as const;
type Refusal = keyof typeof refusals;

/** Judges requests to upgrade, and keeps the connections that come of them. */
export class Gateway {
  readonly #options: ResolvedWebSocketOptions;
  readonly #connections: Admission;
  readonly #antechamber: Antechamber;
  readonly #refused: Readonly<Record<Refusal, Counter>>;
  readonly #peers = new Set<WebSocketPeer>();
  readonly #server: WebSocketServer;
  #ground: PeerGround | null = null;
  #emptied: () => void = () => {};

  constructor(options: ResolvedWebSocketOptions, metrics: Metrics) {
    this.#options = options;
    this.#connections = new Admission({
      perAddress: options.connectionsPerAddress,
      total: options.connectionsTotal,
    });
    this.#antechamber = new Antechamber({
      limits: {
        perAddress: options.unauthenticatedPerAddress,
        total: options.unauthenticatedTotal,
      },
      displaced: metrics.counter('websocket.displaced'),
    });
    const reasons = Object.keys(refusals) as Refusal[];
    this.#refused = createReasonCounters(metrics, 'websocket.refused', reasons);
    const serverOptions: ServerOptions & typeof webSocketLimits = {
      ...webSocketLimits,
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      skipUTF8Validation: false,
      autoPong: false,
      handleProtocols: () => SUBPROTOCOL,
    };
    this.#server = new WebSocketServer(serverOptions);
  }

  open(ground: PeerGround): void {
    this.#ground = ground;
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const remoteAddress = request.socket.remoteAddress ?? '';
    const ground = this.#ground;
    if (ground === null) return this.#refuse(socket, 'notReady');
    const { origin, host } = request.headers;
    if (!allowsOrigin(origin, host, this.#options.origins)) return this.#refuse(socket, 'origin');
    if (!offersSubprotocol(request)) return this.#refuse(socket, 'subprotocol');
    const connection = this.#connections.admit(remoteAddress);
    if (!connection.admitted) return this.#refuse(socket, connection.reason);
    // The places are taken until the socket ends, also where `ws` refuses the handshake.
    socket.once('close', connection.release);
    const admission = this.#antechamber.admit(remoteAddress);
    if (!admission.admitted) return this.#refuse(socket, admission.reason);
    socket.once('close', admission.release);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#connect(ground, webSocket, socket, remoteAddress, admission.release);
    });
  };

  /** Refuses what comes and ends what is there; resolves when the last connection has ended. */
  async close(): Promise<void> {
    this.#ground = null;
    this.#server.close();
    if (this.#peers.size === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    for (const peer of this.#peers) peer.close('SHUTTING_DOWN', 'the server stops');
    await emptied;
  }

  #connect(
    ground: PeerGround,
    webSocket: WebSocket,
    socket: Duplex,
    remoteAddress: string,
    releasePlace: ReleasePlace,
  ): void {
    const release = (): void => {
      this.#antechamber.leave(peer);
      releasePlace();
    };
    const peer: WebSocketPeer = new WebSocketPeer({
      ground,
      webSocket,
      socket,
      remoteAddress,
      release,
    });
    this.#antechamber.enter(peer);
    this.#peers.add(peer);
    webSocket.once('close', () => {
      this.#peers.delete(peer);
      if (this.#peers.size === 0) this.#emptied();
    });
  }

  #refuse(socket: Duplex, refusal: Refusal): void {
    const { status, text, passes } = refusals[refusal];
    this.#refused[refusal].add();
    const { least, most } = RETRY_AFTER_S;
    refuseUpgrade(socket, status, text, passes ? randomInt(least, most + 1) : null);
  }
}

function offersSubprotocol(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL);
}
