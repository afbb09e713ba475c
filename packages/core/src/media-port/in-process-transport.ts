import type { VoiceOffer } from '@sidetone/protocol';
import type { VoiceIngress } from '../contracts/voice-ingress.js';
import type { VoiceSession, VoiceTransport } from '../contracts/voice-transport.js';
import type { Logger } from '../contracts/logger.js';
import { errorMessage } from '../error/error-message.js';
import { SharedFrame } from './shared-frame.js';

/** A participant's end of the transport. */
export interface InProcessLink {
  /** An uplink media body, judged as any client's. */
  send(body: Uint8Array): void;
  close(): void;
}

interface Receiver {
  readonly session: VoiceSession;
  receive(frame: SharedFrame): void;
}

/** The voice transport of participants inside the process: function calls, no bytes copied. */
export class InProcessTransport implements VoiceTransport {
  readonly name = 'in-process';
  readonly frames = 'sealed';
  readonly #log: Logger;
  /** Every session of the plane, by id: which of them are inside the process shows at `connect`. */
  readonly #sessions = new Map<string, VoiceSession>();
  readonly #receivers = new Map<number, Receiver>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Clients cannot reach it. */
  offer(session: VoiceSession): VoiceOffer | null {
    this.#sessions.set(session.id, session);
    return null;
  }

  detach(session: VoiceSession): void {
    this.#sessions.delete(session.id);
    if (this.#receivers.get(session.handle)?.session.id !== session.id) return;
    this.#receivers.delete(session.handle);
  }

  /** Voice of the session flows through `receive` from now on; `null` for an unknown session. */
  connect(
    sessionId: string,
    ingress: VoiceIngress,
    receive: (frame: SharedFrame) => void,
  ): InProcessLink | null {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return null;
    const receiver = { session, receive };
    this.#receivers.set(session.handle, receiver);
    ingress.pathReady(session, this);
    return {
      send: (body) => ingress.receive(session, this, body),
      close: () => {
        if (this.#receivers.get(session.handle) !== receiver) return;
        this.#receivers.delete(session.handle);
        ingress.pathLost(session, this);
      },
    };
  }

  sendMany(packet: Uint8Array, sinks: Uint32Array): void {
    const frame = new SharedFrame(packet);
    for (const handle of sinks) this.call(() => this.#receivers.get(handle)?.receive(frame));
  }

  /**
   * Runs code of the program that opened a participant. Its fault must not take frames, keys or
   * signals from others, in the middle of whose turn it is called.
   */
  call(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#log.error('a participant inside the process failed', { cause: errorMessage(error) });
    }
  }
}
