import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Room for a burst of thousands of datagrams; the kernel cuts it to its own maximum. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** A socket bound to a port of `host`: a free one, unless told which. */
export async function openUdpSocket(host: string, family: 4 | 6, port = 0): Promise<Socket> {
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    recvBufferSize: BUFFER_BYTES,
    sendBufferSize: BUFFER_BYTES,
    // Addresses only: the usual look-up would cost a turn of the event loop for each datagram.
    lookup: (address, _options, callback) => callback(null, address, family),
  });
  // With such a look-up the socket may listen before `bind` returns.
  const listening = once(socket, 'listening');
  socket.bind({ address: host, port });
  await listening;
  return socket;
}

export async function closeUdpSocket(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}
