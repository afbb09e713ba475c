import {
  decodeError,
  encodeRequest,
  WireError,
  type Envelope,
  type ServerMethodName,
} from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../contracts/clock.js';

const ANSWER_TIMEOUT_MS = 10_000;

interface Pending {
  readonly settle: (error: WireError | null) => void;
  readonly cancelTimeout: CancelTimer;
}

/** Questions of the server to one client. Only whether it was done matters, not the result. */
export class ServerRequests {
  readonly #clock: Clock;
  readonly #send: (message: string) => void;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #closed = false;

  constructor(clock: Clock, send: (message: string) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Rejects with `WireError`: the client's own, or REQUEST_TIMEOUT after 10 s or the close. */
  ask(method: ServerMethodName, params: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(gone());
      const id = (this.#lastId += 1);
      const settle = (error: WireError | null): void => {
        this.#pending.get(id)?.cancelTimeout();
        this.#pending.delete(id);
        if (error) reject(error);
        else resolve();
      };
      const cancelTimeout = this.#clock.after(ANSWER_TIMEOUT_MS, () => {
        settle(new WireError('REQUEST_TIMEOUT', `the client did not answer ${method}`));
      });
      this.#pending.set(id, { settle, cancelTimeout });
      this.#send(encodeRequest(id, method, params));
    });
  }

  /** False: nobody asked for this answer. */
  answered(answer: Extract<Envelope, { kind: 'response' | 'error' }>): boolean {
    const pending = answer.id === null ? undefined : this.#pending.get(answer.id);
    if (!pending) return false;
    pending.settle(answer.kind === 'error' ? decodeError(answer.error) : null);
    return true;
  }

  close(): void {
    this.#closed = true;
    for (const { settle } of [...this.#pending.values()]) settle(gone());
  }
}

function gone(): WireError {
  return new WireError('REQUEST_TIMEOUT', 'the connection has ended');
}
