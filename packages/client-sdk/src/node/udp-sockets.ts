import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { isIPv6 } from 'node:net';
import type { CancelTimer, Clock } from '../clock/clock.js';
import { plainBytes } from './plain-bytes.js';

export interface UdpSocketsListener {
  opened(): void;
  /** @param current from the socket that is sent by, not from one that is on its way out */
  received(datagram: Uint8Array, current: boolean): void;
  /** No socket is left. */
  failed(message: string): void;
}

export interface UdpSocketsParts {
  readonly clock: Clock;
  readonly host: () => string;
  readonly port: number;
  readonly listener: UdpSocketsListener;
}

/** Such a datagram is lost like any other; the way to the server is not. */
const PASSING: readonly (string | undefined)[] = ['EAGAIN', 'ENOBUFS', 'ENOMEM'];
/** What the server sent to the old address while the new one was being proven still arrives. */
const LINGER_MS = 2_000;

/** The socket to the server, and the one before it, which is only listened to. */
export class UdpSockets {
  readonly #parts: UdpSocketsParts;
  #current: Socket | null = null;
  #opening: Socket | null = null;
  #leaving: Socket | null = null;
  #cancelLinger: CancelTimer | null = null;
  /** The renewal that counts; an older one that comes to its end late does not. */
  #renewal: object | null = null;

  constructor(parts: UdpSocketsParts) {
    this.#parts = parts;
  }

  /** The one there is goes on until the new one can take over. */
  renew(): void {
    this.#closeOpening();
    const renewal = {};
    this.#renewal = renewal;
    // Names are looked up here and not by the socket, which would ask again for every datagram.
    lookup(this.#parts.host(), (error, address) => {
      if (this.#renewal !== renewal) return;
      if (error) this.#fail(`the server's host cannot be found: ${error.message}`);
      else this.#open(address);
    });
  }

  send(datagram: Uint8Array): void {
    const socket = this.#current;
    // What a failed send tells belongs to the socket it left by, and comes in this very turn or the
    // next: an `error` event would not say which.
    socket?.send(datagram, (error: NodeJS.ErrnoException | null) => {
      if (error && !PASSING.includes(error.code)) this.#broke(socket, error);
    });
  }

  close(): void {
    this.#renewal = null;
    this.#closeOpening();
    this.#closeLeaving();
    this.#current?.close();
    this.#current = null;
  }

  #open(address: string): void {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    this.#opening = socket;
    socket.on('error', (error) => this.#broke(socket, error));
    // Connected: the system passes on datagrams of the server's address only, and says when the
    // port is unreachable. Node tells a failure here and not as an `error` event.
    const connected = (error?: Error): void => {
      if (socket !== this.#opening) return;
      if (error) this.#fail(error.message);
      else this.#takeOver(socket);
    };
    socket.on('message', (datagram) => {
      this.#parts.listener.received(plainBytes(datagram), socket === this.#current);
    });
    socket.connect(this.#parts.port, address, connected);
  }

  #takeOver(socket: Socket): void {
    this.#opening = null;
    this.#closeLeaving();
    this.#leaving = this.#current;
    this.#current = socket;
    if (this.#leaving !== null) {
      this.#cancelLinger = this.#parts.clock.after(LINGER_MS, () => this.#closeLeaving());
    }
    this.#parts.listener.opened();
  }

  #broke(socket: Socket, error: Error): void {
    if (socket === this.#leaving) this.#closeLeaving();
    else if (socket === this.#current || socket === this.#opening) this.#fail(error.message);
  }

  #fail(message: string): void {
    this.close();
    this.#parts.listener.failed(message);
  }

  #closeOpening(): void {
    this.#opening?.close();
    this.#opening = null;
  }

  #closeLeaving(): void {
    this.#cancelLinger?.();
    this.#cancelLinger = null;
    this.#leaving?.close();
    this.#leaving = null;
  }
}
