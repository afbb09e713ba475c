import type { ControlSocket, OpenControlSocket } from '../../control/control-socket.js';
import type { VoiceSession } from '../../media/voice-session.js';
import { packError } from '../remote/packed-error.js';
import type { Post } from './media-host.js';

export interface HostedSocketsParts {
  readonly post: Post;
  readonly openSocket: OpenControlSocket;
  readonly report: (event: string, cause: unknown) => void;
}

interface Hosted {
  readonly socket: ControlSocket;
  session: VoiceSession | null;
  /** Frames that came while the main thread still read the answer to the sign-in. */
  early: Uint8Array[];
}

/** A second of ten talkers. */
const MAX_EARLY = 500;

/** The connections to the server: text goes on to the main thread, frames stay here. */
export class HostedSockets {
  readonly #parts: HostedSocketsParts;
  readonly #byId = new Map<number, Hosted>();

  constructor(parts: HostedSocketsParts) {
    this.#parts = parts;
  }

  of(id: number): ControlSocket | null {
    return this.#byId.get(id)?.socket ?? null;
  }

  open(id: number, url: string, subprotocol: string): void {
    const { openSocket, post } = this.#parts;
    const socket = openSocket(url, subprotocol, {
      opened: () => post({ type: 'socketOpened', socket: id }),
      text: (text) => post({ type: 'socketText', socket: id, text }),
      binary: (bytes) => this.#receive(id, bytes),
      alive: () => post({ type: 'socketAlive', socket: id }),
      closed: ({ code, reason, cause }) => {
        this.#byId.delete(id);
        const packed = cause === undefined ? null : packError(cause);
        post({ type: 'socketClosed', socket: id, code, reason, cause: packed });
      },
    });
    this.#byId.set(id, { socket, session: null, early: [] });
    // The main thread waits for this, or it takes this Worker for gone.
    post({ type: 'socketAlive', socket: id });
  }

  /** What is binary is of this session from now on. */
  carry(id: number, session: VoiceSession): void {
    const hosted = this.#byId.get(id);
    if (!hosted) return;
    hosted.session = session;
    const { early } = hosted;
    hosted.early = [];
    for (const bytes of early) this.#receive(id, bytes);
  }

  /** By whichever connection carries the session now. */
  sendBinary(session: VoiceSession, bytes: Uint8Array): void {
    for (const hosted of this.#byId.values()) {
      if (hosted.session === session) hosted.socket.sendBinary(bytes);
    }
  }

  #receive(id: number, bytes: Uint8Array): void {
    const hosted = this.#byId.get(id);
    if (!hosted) return;
    if (hosted.session === null) {
      hosted.early.push(bytes);
      if (hosted.early.length > MAX_EARLY) hosted.early.shift();
      return;
    }
    try {
      hosted.session.receiveBinary(bytes);
    } catch (cause) {
      this.#parts.report('cipher', cause);
    }
  }
}
