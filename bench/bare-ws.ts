// The least that a WebSocket forwarder on `ws` can be: what arrives goes to everybody else.
import { WebSocketServer, type WebSocket } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
const peers = new Set<WebSocket>();

server.on('connection', (peer) => {
  peers.add(peer);
  peer.on('close', () => peers.delete(peer));
  peer.on('message', (packet: Buffer) => {
    for (const other of peers) if (other !== peer) other.send(packet, { binary: true });
  });
});
server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) {
    process.stdout.write(`listening ${address.port}\n`);
  }
});
process.on('disconnect', () => process.exit(0));
