import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import type { Counter, Logger, Metrics } from '@sidetone/core';
import { VoiceError } from '@sidetone/protocol';
import type { UdpErrorCode } from './error-codes.js';
import { askForBuffers } from './socket-buffers.js';

/** What may wait in the process when the system takes no more; what comes then is late anyway. */
const MAX_SEND_QUEUE_BYTES = 4 * 1024 * 1024;

interface UdpSocketParts {
  readonly log: Logger;
  readonly metrics: Metrics;
}

export type DatagramListener = (bytes: Uint8Array, address: string, port: number) => void;

/** The one socket of the transport. Nothing that goes wrong while sending is thrown: it is counted. */
export class UdpSocket {
  readonly #parts: UdpSocketParts;
  readonly #failed: Counter;
  readonly #queueFull: Counter;
  #socket: Socket | null = null;

  constructor(parts: UdpSocketParts) {
    this.#parts = parts;
    this.#failed = parts.metrics.counter('udp.sendFailed', 'system');
    this.#queueFull = parts.metrics.counter('udp.sendFailed', 'queueFull');
  }

  /** The bound port; `null` while closed. */
  get port(): number | null {
    return this.#socket?.address().port ?? null;
  }

  /** Rejects with `ERR_UDP_PORT_TAKEN` or `ERR_UDP_BIND_FAILED`. */
  async open(host: string, port: number, listener: DatagramListener): Promise<AddressInfo> {
    const { log } = this.#parts;
    try {
      const { address, family } = await lookup(host);
      const socket = createSocket({
        type: family === 6 ? 'udp6' : 'udp4',
        // Only addresses are ever sent to; the default resolver would take a turn for each datagram.
        lookup: (known, _options, done) => done(null, known, family),
      });
      await bind(socket, address, port);
      askForBuffers(socket, log);
      socket.on('error', (error) => log.error('the UDP socket failed', { error }));
      socket.on('message', (bytes, from) => listener(bytes, from.address, from.port));
      this.#socket = socket;
      return socket.address();
    } catch (cause) {
      throw bindError(host, port, cause as NodeJS.ErrnoException);
    }
  }

  /** Whether the system keeps up. If not, the caller drops `datagrams`, which are counted here. */
  accepts(datagrams: number): boolean {
    if (this.#socket === null) return false;
    if (this.#socket.getSendQueueSize() <= MAX_SEND_QUEUE_BYTES) return true;
    this.#queueFull.add(datagrams);
    return false;
  }

  send(bytes: Uint8Array, address: string, port: number): void {
    this.#socket?.send(bytes, port, address, this.#sent);
  }

  /**
   * For media, which is most of what is sent: a callback would cost each datagram a turn of its own
   * only to count what a listener's pings tell anyway.
   */
  sendUnwatched(bytes: Uint8Array, address: string, port: number): void {
    this.#socket?.send(bytes, port, address);
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket === null) return;
    this.#socket = null;
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  readonly #sent = (error: Error | null): void => {
    if (error !== null) this.#failed.add();
  };
}

function bind(socket: Socket, address: string, port: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const refused = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', refused);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', refused);
      resolve();
    });
  });
}

function bindError(
  host: string,
  port: number,
  cause: NodeJS.ErrnoException,
): VoiceError<UdpErrorCode> {
  const details = { host, port };
  if (cause.code === 'EADDRINUSE') {
    return new VoiceError(
      'ERR_UDP_PORT_TAKEN',
      `"${host}:${port}" is bound by another program: stop it, or choose another UDP port`,
      { cause, details },
    );
  }
  return new VoiceError(
    'ERR_UDP_BIND_FAILED',
    `"${host}:${port}" cannot be bound for UDP (${cause.code ?? cause.message}): choose an address of this machine and a port you may use`,
    { cause, details },
  );
}
