import type { RemoteInfo, Socket } from 'node:dgram';
import type { ImpairedPath } from './impaired-path.js';
import type { LoopbackAddress } from './loopback.js';
import { closeUdpSocket, openUdpSocket } from './udp-socket.js';

/**
 * One client's way through the impairment: its two paths, and the socket whose address the server
 * takes for the client's.
 */
export class UdpFlow {
  readonly client: RemoteInfo;
  readonly uplink: ImpairedPath;
  readonly downlink: ImpairedPath;
  readonly #target: LoopbackAddress;
  readonly #received: (flow: UdpFlow, bytes: Uint8Array) => void;
  readonly #sockets: Socket[] = [];
  /** Held until the first socket is open. */
  #early: Uint8Array[] = [];
  #closed = false;

  constructor(
    client: RemoteInfo,
    target: LoopbackAddress,
    makePaths: (flow: UdpFlow) => { uplink: ImpairedPath; downlink: ImpairedPath },
    received: (flow: UdpFlow, bytes: Uint8Array) => void,
  ) {
    this.client = client;
    this.#target = target;
    this.#received = received;
    ({ uplink: this.uplink, downlink: this.downlink } = makePaths(this));
  }

  /** The port that the server sees now; `null` until the first socket is open. */
  get sourcePort(): number | null {
    return this.#sockets.at(-1)?.address().port ?? null;
  }

  sendToServer(bytes: Uint8Array): void {
    if (this.#closed) return;
    const socket = this.#sockets.at(-1);
    if (socket === undefined) this.#early.push(bytes);
    else socket.send(bytes, this.#target.port, this.#target.host);
  }

  /** Sends from a new address from now on. The old one goes deaf unless it is kept. */
  async rebind(host: string, keepOld: boolean): Promise<void> {
    const socket = await openUdpSocket(host, this.#target.family);
    if (this.#closed) return closeUdpSocket(socket);
    socket.on('message', (bytes, from) => {
      const { host: targetHost, port } = this.#target;
      if (from.port === port && from.address === targetHost) this.#received(this, bytes);
    });
    const old = keepOld ? [] : this.#sockets.splice(0);
    this.#sockets.push(socket);
    for (const bytes of this.#early.splice(0)) this.sendToServer(bytes);
    await Promise.all(old.map(closeUdpSocket));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#early = [];
    this.uplink.clear();
    this.downlink.clear();
    await Promise.all(this.#sockets.splice(0).map(closeUdpSocket));
  }
}
