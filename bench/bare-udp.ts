// The least that a datagram forwarder in Node can be: what arrives goes to everybody else.
import { createSocket, type RemoteInfo } from 'node:dgram';

const socket = createSocket({
  type: 'udp4',
  recvBufferSize: 4 << 20,
  sendBufferSize: 4 << 20,
  // A literal address needs no resolver, and asking one per datagram costs microseconds.
  lookup: (address, _options, found) => found(null, address, 4),
});
const peers: { readonly port: number; readonly address: string }[] = [];

socket.on('message', (packet: Buffer, { port, address }: RemoteInfo) => {
  if (packet.length === 1) {
    peers.push({ port, address });
    socket.send(packet, port, address);
    return;
  }
  for (const peer of peers) {
    if (peer.port !== port) socket.send(packet, peer.port, peer.address);
  }
});
socket.bind(0, '127.0.0.1', () => {
  process.stdout.write(`listening ${socket.address().port}\n`);
});
process.on('disconnect', () => process.exit(0));
