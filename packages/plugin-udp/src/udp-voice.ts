import { randomBytes } from 'node:crypto';
import type {
  Clock,
  Counter,
  Logger,
  Metrics,
  VoiceIngress,
  VoiceSession,
  VoiceTransport,
} from '@sidetone/core';
import { encodeBase64, HOP_KEY_BYTES, type VoiceOffer } from '@sidetone/protocol';
import { Connection } from './connection.js';
import { ConnectionTable } from './connection-table.js';
import { DatagramIntake } from './datagram-intake.js';
import { createDropCounters } from './drop-counters.js';
import type { ResolvedUdpOptions } from './options.js';
import { createPathCounters } from './path-counters.js';
import { UdpSocket } from './udp-socket.js';

interface UdpVoiceParts {
  readonly options: ResolvedUdpOptions;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Voice over datagrams. */
export class UdpVoice implements VoiceTransport {
  readonly name = 'udp';
  readonly frames = 'sealed';
  readonly #parts: UdpVoiceParts;
  readonly #connections = new ConnectionTable();
  readonly #socket: UdpSocket;
  readonly #sent: Counter;
  #ingress: VoiceIngress | null = null;

  constructor(parts: UdpVoiceParts) {
    this.#parts = parts;
    this.#socket = new UdpSocket(parts);
    this.#sent = parts.metrics.counter('udp.sent');
  }

  async open(ingress: VoiceIngress): Promise<void> {
    const { options, clock, metrics, log } = this.#parts;
    const socket = this.#socket;
    const intake = new DatagramIntake({
      clock,
      log,
      connections: this.#connections,
      dropped: createDropCounters(metrics),
      paths: createPathCounters(metrics),
      transport: this,
      ingress,
      send: (bytes, address, port) => {
        if (socket.accepts(1)) socket.send(bytes, address, port);
      },
    });
    this.#ingress = ingress;
    const bound = await socket.open(options.host, options.port, (bytes, address, port) =>
      intake.receive(bytes, address, port),
    );
    log.info('UDP voice is bound', { address: bound.address, port: bound.port });
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  /** New keys and a new connection id each time; what an earlier offer to the session gave is void. */
  offer(session: VoiceSession): VoiceOffer | null {
    const { options, clock } = this.#parts;
    const port = options.publicPort ?? this.#socket.port;
    if (port === null) return null;
    const before = this.#connections.remove(session);
    if (before && before.path.address !== null) this.#ingress?.pathLost(session, this);
    const id = this.#connections.freshId();
    const uplinkKey = randomBytes(HOP_KEY_BYTES);
    const downlinkKey = randomBytes(HOP_KEY_BYTES);
    this.#connections.add(
      new Connection({ session, id, uplinkKey, downlinkKey, nowMs: clock.now() }),
    );
    return {
      transport: 'udp',
      host: options.publicHost,
      port,
      connectionId: id,
      uplinkKey: encodeBase64(uplinkKey),
      downlinkKey: encodeBase64(downlinkKey),
    };
  }

  detach(session: VoiceSession): void {
    this.#connections.remove(session);
  }

  sendMany(packet: Uint8Array, sinks: Uint32Array): void {
    const socket = this.#socket;
    if (!socket.accepts(sinks.length)) return;
    let sent = 0;
    for (let i = 0; i < sinks.length; i++) {
      const connection = this.#connections.byHandle(sinks[i] as number);
      if (connection === undefined) continue;
      const { address, port } = connection.path;
      if (address === null) continue;
      connection.mediaSent += 1;
      sent += 1;
      socket.sendUnwatched(packet, address, port);
    }
    this.#sent.add(sent);
  }
}
