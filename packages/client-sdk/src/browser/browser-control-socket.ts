import type {
  ControlSocket,
  ControlSocketListener,
  OpenControlSocket,
} from '../control/control-socket.js';

/** Pages may close with 1000 or 3000-4999 only (WebSockets Standard, `close()` step 1). */
const NORMAL_CLOSURE = 1000;
const FIRST_ALLOWED = 3000;
const NO_CLOSE_FRAME = 1006;

/** A control connection through the browser's WebSocket. */
export const openBrowserControlSocket: OpenControlSocket = (url, subprotocol, listener) => {
  try {
    const socket = new WebSocket(url, subprotocol);
    attach(socket, listener);
    return controlSocket(socket);
  } catch (cause) {
    // A secure page that asks for ws: is refused at once, where others hear of a failed connection.
    queueMicrotask(() => listener.closed({ code: NO_CLOSE_FRAME, reason: '', cause }));
    return CLOSED_SOCKET;
  }
};

function attach(socket: WebSocket, listener: ControlSocketListener): void {
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => listener.opened());
  socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') listener.text(data);
    else listener.binary(new Uint8Array(data));
  });
  // The `error` event of a page says nothing; `close` follows it.
  socket.addEventListener('close', ({ code, reason }) => listener.closed({ code, reason }));
}

function controlSocket(socket: WebSocket): ControlSocket {
  const sendIfOpen = (data: string | Uint8Array): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data as string | Uint8Array<ArrayBuffer>);
  };
  const close = (code: number, reason: string): void =>
    socket.close(code >= FIRST_ALLOWED ? code : NORMAL_CLOSURE, reason);
  return {
    remoteAddress: () => null,
    sendText: sendIfOpen,
    sendBinary: sendIfOpen,
    close,
    // A page cannot cut a connection; it closes it and stops listening.
    terminate: () => close(NORMAL_CLOSURE, ''),
  };
}

const CLOSED_SOCKET: ControlSocket = Object.freeze<ControlSocket>({
  remoteAddress: () => null,
  sendText: () => undefined,
  sendBinary: () => undefined,
  close: () => undefined,
  terminate: () => undefined,
});
