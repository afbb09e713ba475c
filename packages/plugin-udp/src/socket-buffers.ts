import type { Logger } from '@sidetone/core';

/** A burst of 50 talkers to 500 listeners fits; the defaults of most systems drop it in silence. */
export const WANTED_BUFFER_BYTES = 4_194_304;

/** The part of a `dgram.Socket` this needs. */
export interface BufferedSocket {
  setRecvBufferSize(bytes: number): void;
  setSendBufferSize(bytes: number): void;
  getRecvBufferSize(): number;
  getSendBufferSize(): number;
}

/** Asks for large socket buffers, reads back what the system gave, and warns once if it is less. */
export function askForBuffers(
  socket: BufferedSocket,
  log: Logger,
  platform: NodeJS.Platform = process.platform,
): void {
  let refusal: unknown;
  try {
    socket.setRecvBufferSize(WANTED_BUFFER_BYTES);
    socket.setSendBufferSize(WANTED_BUFFER_BYTES);
  } catch (error) {
    // Linux gives what it may; others refuse and leave the size as it was.
    refusal = error;
  }
  // Linux books its own overhead too and reports twice what was asked for (socket(7)).
  const factor = platform === 'linux' ? 2 : 1;
  const receiveBytes = socket.getRecvBufferSize() / factor;
  const sendBytes = socket.getSendBufferSize() / factor;
  if (receiveBytes >= WANTED_BUFFER_BYTES && sendBytes >= WANTED_BUFFER_BYTES) return;
  log.warn(
    `the system gives UDP smaller buffers than asked for, bursts may be lost: ${advice(platform)}`,
    {
      wantedBytes: WANTED_BUFFER_BYTES,
      receiveBytes,
      sendBytes,
      ...(refusal === undefined ? {} : { error: refusal }),
    },
  );
}

function advice(platform: NodeJS.Platform): string {
  const bytes = WANTED_BUFFER_BYTES;
  return platform === 'linux'
    ? `sysctl -w net.core.rmem_max=${bytes} net.core.wmem_max=${bytes}`
    : `raise the system's limit for socket buffers to ${bytes}`;
}
