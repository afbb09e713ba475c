import { WireError, type VoiceError } from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../clock/clock.js';

export const REQUEST_TIMEOUT_MS = 10_000;

interface PendingRequest {
  readonly method: string;
  readonly settle: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly cancelTimer: CancelTimer;
}

/** Requests that wait for their answer. Ids are never given twice on a connection. */
export class RequestLedger {
  readonly #clock: Clock;
  readonly #pending = new Map<number, PendingRequest>();
  #nextId = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Enters a request. `accept` runs in the turn in which the answer arrives, before any later
   * message is looked at; a continuation of the promise would be too late for keys and snapshots.
   * What `send` throws is the answer.
   */
  enter<T>(method: string, accept: (result: unknown) => T, send: (id: number) => void): Promise<T> {
    const id = this.#nextId++;
    return new Promise<T>((resolve, reject) => {
      // Async for the sake of what it makes of a throw; it runs in the turn of the answer.
      const run = async (result: unknown): Promise<T> => accept(result);
      const settle = (result: unknown): void => resolve(run(result));
      const cancelTimer = this.#clock.after(REQUEST_TIMEOUT_MS, () => this.#expire(id));
      this.#pending.set(id, { method, settle, reject, cancelTimer });
      try {
        send(id);
      } catch (error) {
        this.#take(id)?.reject(error);
      }
    });
  }

  /** Whether the id was waited for. */
  resolve(id: number, result: unknown): boolean {
    const request = this.#take(id);
    request?.settle(result);
    return request !== undefined;
  }

  reject(id: number, error: VoiceError): boolean {
    const request = this.#take(id);
    request?.reject(error);
    return request !== undefined;
  }

  rejectAll(error: VoiceError): void {
    for (const id of [...this.#pending.keys()]) this.reject(id, error);
  }

  #take(id: number): PendingRequest | undefined {
    const request = this.#pending.get(id);
    this.#pending.delete(id);
    request?.cancelTimer();
    return request;
  }

  #expire(id: number): void {
    const request = this.#take(id);
    request?.reject(
      new WireError(
        'REQUEST_TIMEOUT',
        `"${request.method}" had no answer within ${REQUEST_TIMEOUT_MS} ms; ask again`,
        { details: { method: request.method } },
      ),
    );
  }
}
