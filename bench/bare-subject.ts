import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PacketType, typeOctet } from '@sidetone/protocol';
import { WebSocket } from 'ws';
import { startChild } from './child.js';
import { Load, type Talker } from './load.js';
import type { Subject } from './subject.js';

/** As long as what Sidetone's server sends for the same Opus frame. */
const PACKET_BYTES = 5 + 8 + 3 + 82 + 16;

interface Peer {
  send(packet: Uint8Array): void;
  close(): Promise<void>;
}

/** The bare counterpart: the same number of peers, packets and bytes, and nothing but forwarding. */
export async function startBare(
  transport: 'udp' | 'ws',
  clients: number,
  talkers: number,
): Promise<Subject> {
  const program = fileURLToPath(new URL(`./bare-${transport}.ts`, import.meta.url));
  const server = await startChild(['--import', 'tsx', program], /listening (\d+)/);
  const port = Number(server.ready);
  let load: Load | null = null;
  const open = transport === 'udp' ? openUdpPeer : openWsPeer;
  const peers: Peer[] = [];
  for (let index = 0; index < clients; index += 1) {
    peers.push(await open(port, (packet) => load?.receive(packet)));
  }
  load = new Load(peers.slice(0, talkers).map((peer, source) => talker(peer, source + 1)));
  return {
    pid: server.pid,
    load,
    async stop() {
      await Promise.all(peers.map((peer) => peer.close()));
      await server.stop();
    },
  };
}

function talker(peer: Peer, source: number): Talker {
  const packet = randomBytes(PACKET_BYTES);
  packet[0] = typeOctet(PacketType.media);
  packet.writeUInt16BE(source, 3);
  return {
    send(index) {
      const seq = index & 0xffff;
      packet.writeUInt16BE(seq, 7);
      peer.send(Buffer.from(packet));
      return { source, seq };
    },
  };
}

async function openUdpPeer(port: number, receive: (packet: Uint8Array) => void): Promise<Peer> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.send(Buffer.of(0), port, '127.0.0.1');
  await once(socket, 'message');
  socket.on('message', receive);
  return {
    send: (packet) => socket.send(packet, port, '127.0.0.1'),
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

async function openWsPeer(port: number, receive: (packet: Uint8Array) => void): Promise<Peer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.on('message', receive);
  return {
    send: (packet) => socket.send(packet),
    async close() {
      const closed = once(socket, 'close');
      socket.terminate();
      await closed;
    },
  };
}
