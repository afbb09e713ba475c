import type { ControlSocket, ControlSocketListener } from '../../control/control-socket.js';
import type { VoiceSession } from '../../media/voice-session.js';
import type { MediaLine } from './media-line.js';

export interface RemoteSocketParts {
  readonly id: number;
  readonly line: MediaLine;
  readonly listener: ControlSocketListener;
  readonly sessionId: (voice: VoiceSession) => number | null;
}

/** A control connection that the Worker has: what is text passes here, frames stay there. */
export class RemoteSocket implements ControlSocket {
  readonly listener: ControlSocketListener;
  readonly #parts: RemoteSocketParts;

  constructor(parts: RemoteSocketParts) {
    this.#parts = parts;
    this.listener = parts.listener;
  }

  /** Browsers do not tell. */
  remoteAddress(): null {
    return null;
  }

  sendText(text: string): void {
    this.#parts.line.post({ type: 'sendText', socket: this.#parts.id, text });
  }

  /** Frames are not sent from here. */
  sendBinary(): void {}

  carry(voice: VoiceSession): void {
    const { id, line, sessionId } = this.#parts;
    const session = sessionId(voice);
    if (session !== null) line.post({ type: 'carry', socket: id, session });
  }

  close(code: number, reason: string): void {
    this.#parts.line.post({ type: 'closeSocket', socket: this.#parts.id, code, reason });
  }

  terminate(): void {
    this.#parts.line.post({ type: 'terminateSocket', socket: this.#parts.id });
  }
}
