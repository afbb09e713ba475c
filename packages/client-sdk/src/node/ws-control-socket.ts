import { WebSocket, type RawData } from 'ws';
import { plainBytes } from './plain-bytes.js';
import type {
  ControlSocket,
  ControlSocketListener,
  OpenControlSocket,
} from '../control/control-socket.js';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** The largest message that a server sends: all keys of a session at its sign-in. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** A control connection through the package `ws`. */
export const openWsControlSocket: OpenControlSocket = (url, subprotocol, listener) => {
  const socket = new WebSocket(url, subprotocol, {
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  attach(socket, listener);
  return controlSocket(socket);
};

function attach(socket: WebSocket, listener: ControlSocketListener): void {
  let cause: unknown;
  socket.on('open', () => listener.opened());
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary) listener.binary(plainBytes(asBuffer(data)));
    else listener.text(asBuffer(data).toString());
  });
  socket.on('upgrade', ({ socket: wire }) => {
    // Every byte, and not only whole messages: one of 32 KiB takes its time on a slow line. Not
    // before `open`: what came with the upgrade would flow before the WebSocket reads it.
    socket.once('open', () => wire.on('data', () => listener.alive()));
  });
  // `close` follows every `error` and tells of the end; the error only tells why.
  socket.on('error', (error) => (cause = error));
  socket.on('close', (code, reason) => {
    listener.closed({ code, reason: String(reason), cause });
  });
}

function controlSocket(socket: WebSocket): ControlSocket {
  const sendIfOpen = (data: string | Uint8Array): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  let remoteAddress: string | null = null;
  socket.on('upgrade', (response) => (remoteAddress = response.socket.remoteAddress ?? null));
  return {
    remoteAddress: () => remoteAddress,
    sendText: sendIfOpen,
    sendBinary: sendIfOpen,
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}

/** `binaryType` stays `nodebuffer`, so a message is one Buffer; the type allows more. */
function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
