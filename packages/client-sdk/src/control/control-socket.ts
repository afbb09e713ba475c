import type { VoiceSession } from '../media/voice-session.js';

/** How a control connection ended: a close frame's code and reason, 1006 for none. */
export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
  readonly cause?: unknown;
}

/** What a control connection tells its owner; nothing after `closed`, which comes exactly once. */
export interface ControlSocketListener {
  opened(): void;
  text(message: string): void;
  /** The bytes are the listener's to keep. */
  binary(bytes: Uint8Array): void;
  /** A sign of life without content, where the platform shows it. */
  alive(): void;
  closed(end: SocketEnd): void;
}

/** A WebSocket as the SDK needs it. Each method is harmless after the close. */
export interface ControlSocket {
  /** Of the server, once connected; `null` before, and where the platform does not tell. */
  remoteAddress(): string | null;
  sendText(message: string): void;
  sendBinary(bytes: Uint8Array): void;
  /**
   * Binary messages are of this session from now on. Only where they go to the media plane by
   * themselves: there neither `binary` is told nor `sendBinary` asked for.
   */
  carry?(voice: VoiceSession): void;
  /** Sends the close frame after what is queued. */
  close(code: number, reason: string): void;
  /** Ends at once, without waiting for a peer that may be gone. */
  terminate(): void;
}

/** Opens a connection; never throws for a URL that `resolveClientOptions` has accepted. */
export type OpenControlSocket = (
  url: string,
  subprotocol: string,
  listener: ControlSocketListener,
) => ControlSocket;
