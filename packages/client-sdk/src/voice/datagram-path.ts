import type { VoicePath, VoicePathListener } from './voice-path.js';

export interface DatagramPathListener extends VoicePathListener {
  /** The socket asked for by `renew` is there: datagrams leave by it from now on. */
  opened(): void;
  /** The server has challenged this address, and the answer is on its way. */
  challenged(): void;
  /** The system refuses: no socket is left until `renew`. */
  failed(message: string): void;
}

/** Voice in datagrams: it has sockets and keys, and leaves what to do when to its owner. */
export interface DatagramPath extends VoicePath {
  /**
   * Opens a socket, in place of the one there is; `opened` or `failed` follows, later. The old one
   * goes on until then, and is listened to for a while after: what is on its way is not lost.
   */
  renew(): void;
  /** Asks the server for a challenge. */
  ask(): void;
}
