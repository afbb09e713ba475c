import type { CancelTimer, Clock } from '../../clock/clock.js';
import type { ControlSocket, ControlSocketListener } from '../../control/control-socket.js';
import type { VoiceSession } from '../../media/voice-session.js';
import type { MediaLine } from './media-line.js';

/** Less than a server is waited for, which would be blamed otherwise. */
const WORKER_ANSWERS_WITHIN_MS = 4_000;

export interface RemoteSocketParts {
  readonly id: number;
  readonly line: MediaLine;
  readonly clock: Clock;
  readonly listener: ControlSocketListener;
  /** Browsers do not tell when a Worker has died. */
  readonly workerSilent: () => void;
  readonly sessionId: (voice: VoiceSession) => number | null;
}

/** A control connection that the Worker has: what is text passes here, frames stay there. */
export class RemoteSocket implements ControlSocket {
  readonly listener: ControlSocketListener;
  readonly #parts: RemoteSocketParts;
  readonly #cancelWatch: CancelTimer;

  constructor(parts: RemoteSocketParts) {
    this.#parts = parts;
    this.listener = parts.listener;
    this.#cancelWatch = parts.clock.after(WORKER_ANSWERS_WITHIN_MS, parts.workerSilent);
  }

  /** The Worker has said something of it. */
  heard(): void {
    this.#cancelWatch();
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
