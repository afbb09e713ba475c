import type { Socket } from 'node:dgram';
import type { LoopbackAddress } from './loopback.js';
import { closeUdpSocket, openUdpSocket } from './udp-socket.js';

/** An address of somebody else: what an attacker sends from, and what the server sends there. */
export interface UdpOutsider {
  readonly host: string;
  readonly port: number;
  /** Datagrams it has sent. */
  readonly sent: number;
  /** What the server has sent to it, oldest first. */
  readonly received: readonly Uint8Array[];
  /** To the server, past all faults; resolves when the system has taken it. */
  send(bytes: Uint8Array): Promise<void>;
}

export class UdpOutsiderSocket implements UdpOutsider {
  readonly host: string;
  readonly port: number;
  readonly received: Uint8Array[] = [];
  sent = 0;
  readonly #socket: Socket;
  readonly #target: LoopbackAddress;

  private constructor(socket: Socket, target: LoopbackAddress) {
    this.#socket = socket;
    this.#target = target;
    ({ address: this.host, port: this.port } = socket.address());
    socket.on('message', (bytes, from) => {
      const fromServer = from.port === target.port && from.address === target.host;
      if (fromServer) this.received.push(Uint8Array.from(bytes));
    });
  }

  static async open(host: string, target: LoopbackAddress): Promise<UdpOutsiderSocket> {
    return new UdpOutsiderSocket(await openUdpSocket(host, target.family), target);
  }

  async send(bytes: Uint8Array): Promise<void> {
    const { host, port } = this.#target;
    await new Promise<void>((resolve, reject) => {
      this.#socket.send(bytes, port, host, (error) => (error ? reject(error) : resolve()));
    });
    this.sent += 1;
  }

  close(): Promise<void> {
    return closeUdpSocket(this.#socket);
  }
}
