import {
  methods,
  WireError,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type VoiceError,
} from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../clock/clock.js';
import { clientError } from '../error/client-error.js';
import type { CommandPort } from './command-port.js';
import type { Rpc } from './rpc.js';

/** A call waits for its answer so long in all, cuts of the connection included. */
export const CALL_TIMEOUT_MS = 30_000;

interface Call {
  readonly method: string;
  /** Whether asking a second time does no harm. */
  readonly repeatable: boolean;
  readonly ask: (rpc: Rpc) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly cancelTimer: CancelTimer;
  /** The connection that has it now; `null` while it waits for one. */
  askedOn: Rpc | null;
}

type Status = 'closed' | 'waiting' | 'open';

/**
 * Calls in the name of a session, over one connection after the other: what had no answer when a
 * connection ended is asked again on the next, in order and with the same key, so that the server
 * does it once. Without a connection calls wait; without a session they are refused.
 */
export class CallQueue implements CommandPort {
  readonly #clock: Clock;
  readonly #calls = new Set<Call>();
  #status: Status = 'closed';
  #rpc: Rpc | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  call<M extends MethodName, T = MethodResult<M>>(
    method: M,
    params: MethodParams<M>,
    accept?: (result: MethodResult<M>) => T,
  ): Promise<T> {
    const keyed = isMutation(method) ? withKey(params) : params;
    return this.#enter(method, true, (rpc) => rpc.call(method, keyed, accept)) as Promise<T>;
  }

  /** A method of a plugin: asked again only if the caller has given it a `key`. */
  callUnchecked(method: string, params: object): Promise<unknown> {
    const repeatable = Object.hasOwn(params, 'key');
    return this.#enter(method, repeatable, (rpc) => rpc.callUnchecked(method, params));
  }

  /**
   * Calls go over this connection from now on, those that waited first. Idempotent.
   * @returns how many these were
   */
  open(rpc: Rpc): number {
    this.#status = 'open';
    this.#rpc = rpc;
    const waiting = [...this.#calls].filter(({ askedOn }) => askedOn !== rpc);
    for (const call of waiting) this.#ask(call, rpc);
    return waiting.length;
  }

  /** The connection is gone, or not there yet; the session is not lost. */
  suspend(): void {
    this.#status = 'waiting';
    this.#rpc = null;
    for (const call of [...this.#calls]) {
      if (call.askedOn !== null && !call.repeatable) {
        this.#settle(call, () => call.reject(disconnected('the connection ended')));
      }
      call.askedOn = null;
    }
  }

  /** The session is lost and with it what was asked in its name; another one takes its place. */
  sessionLost(): void {
    this.#rejectAll(disconnected('the session was lost'));
  }

  /** There is no session any more. */
  close(): void {
    this.#status = 'closed';
    this.#rpc = null;
    this.#rejectAll(disconnected('the client disconnected'));
  }

  #enter(
    method: string,
    repeatable: boolean,
    ask: (rpc: Rpc) => Promise<unknown>,
  ): Promise<unknown> {
    if (this.#status === 'closed') {
      const message = 'the client is not connected; await connect() first';
      return Promise.reject(clientError('ERR_CLIENT_STATE', message));
    }
    return new Promise((resolve, reject) => {
      const cancelTimer = this.#clock.after(CALL_TIMEOUT_MS, () => this.#expire(call));
      const call: Call = {
        method,
        repeatable,
        ask,
        resolve,
        reject,
        cancelTimer,
        askedOn: null,
      };
      this.#calls.add(call);
      if (this.#rpc) this.#ask(call, this.#rpc);
    });
  }

  #ask(call: Call, rpc: Rpc): void {
    call.askedOn = rpc;
    call.ask(rpc).then(
      (result) => this.#settle(call, () => call.resolve(result)),
      (error: VoiceError) => {
        // Of a connection that ended: the call waits for the next one, or has been asked there.
        if (call.askedOn !== rpc || error.code === 'ERR_CLIENT_DISCONNECTED') return;
        this.#settle(call, () => call.reject(error));
      },
    );
  }

  #expire(call: Call): void {
    const message = `"${call.method}" had no answer within ${CALL_TIMEOUT_MS} ms; ask again`;
    const details = { method: call.method };
    this.#settle(call, () => call.reject(new WireError('REQUEST_TIMEOUT', message, { details })));
  }

  #rejectAll(error: VoiceError): void {
    for (const call of [...this.#calls]) this.#settle(call, () => call.reject(error));
  }

  #settle(call: Call, settle: () => void): void {
    if (!this.#calls.delete(call)) return;
    call.cancelTimer();
    settle();
  }
}

function isMutation(method: MethodName): boolean {
  return Object.hasOwn(methods[method].params.properties, 'key');
}

/** One that the caller has chosen stays. */
function withKey<P extends object>(params: P): P {
  return { key: crypto.randomUUID(), ...params };
}

function disconnected(why: string): VoiceError {
  return clientError('ERR_CLIENT_DISCONNECTED', `${why} before the answer came`);
}
