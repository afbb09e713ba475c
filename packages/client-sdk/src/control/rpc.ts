import {
  createValidator,
  decodeError,
  encodeError,
  encodeRequest,
  encodeResult,
  methods,
  parseEnvelope,
  WireError,
  type Envelope,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type Validator,
  type VoiceError,
} from '@sidetone/protocol';
import type { Clock } from '../clock/clock.js';
import { clientError } from '../error/client-error.js';
import { RequestLedger } from './request-ledger.js';

export interface RpcListener {
  notification(method: string, params: Readonly<Record<string, unknown>>): void;
  /** Answers a request of the server; a thrown `WireError` is the answer too. */
  request(method: string, params: Readonly<Record<string, unknown>>): unknown;
  /** An answer to nothing that waits: a late one, or a mistake of the server. */
  unknownResponse(id: number | null, error: WireError | null): void;
  /** A message that is no JSON-RPC at all. */
  malformed(message: string): void;
}

const resultValidators = new Map<string, Validator<unknown>>(
  Object.entries(methods).map(([name, { result }]) => [name, createValidator(result)]),
);

/** JSON-RPC 2.0 over one connection: calls out, answers in, and the other way round. */
export class Rpc {
  readonly #ledger: RequestLedger;
  readonly #send: (message: string) => void;
  readonly #listener: RpcListener;
  #maxRequestBytes = Infinity;

  constructor(clock: Clock, send: (message: string) => void, listener: RpcListener) {
    this.#ledger = new RequestLedger(clock);
    this.#send = send;
    this.#listener = listener;
  }

  /** What the server takes at most; longer requests are refused here. */
  limitRequests(maxBytes: number): void {
    this.#maxRequestBytes = maxBytes;
  }

  /** A method of the core protocol: the answer is checked against its schema before it is used. */
  call<M extends MethodName, T = MethodResult<M>>(
    method: M,
    params: MethodParams<M>,
    accept?: (result: MethodResult<M>) => T,
  ): Promise<T> {
    return this.#enter(method, params, (result) => {
      const valid = checkResult(method, result) as MethodResult<M>;
      return accept === undefined ? (valid as T) : accept(valid);
    });
  }

  /** A method of a plugin, whose shapes only the caller knows. */
  callUnchecked(method: string, params: object): Promise<unknown> {
    return this.#enter(method, params, (result) => result);
  }

  receive(text: string): void {
    const parsed = parseEnvelope(text);
    if (parsed.ok) this.#dispatch(parsed.envelope);
    else this.#listener.malformed(parsed.message);
  }

  close(error: VoiceError): void {
    this.#ledger.rejectAll(error);
  }

  #enter<T>(method: string, params: object, accept: (result: unknown) => T): Promise<T> {
    return this.#ledger.enter(method, accept, (id) =>
      this.#send(this.#checked(method, encodeRequest(id, method, params))),
    );
  }

  /** Sent all the same, it would end the connection. */
  #checked(method: string, request: string): string {
    const bytes = new TextEncoder().encode(request).length;
    if (bytes <= this.#maxRequestBytes) return request;
    throw clientError(
      'ERR_CLIENT_MESSAGE_TOO_LONG',
      `"${method}" is ${bytes} bytes long and the server takes ${this.#maxRequestBytes}; send less at once`,
      { details: { method, bytes, maxBytes: this.#maxRequestBytes } },
    );
  }

  #dispatch(envelope: Envelope): void {
    switch (envelope.kind) {
      case 'notification':
        this.#listener.notification(envelope.method, asRecord(envelope.params));
        break;
      case 'request':
        this.#answer(envelope.id, envelope.method, asRecord(envelope.params));
        break;
      case 'response':
        if (!this.#ledger.resolve(envelope.id, envelope.result)) {
          this.#listener.unknownResponse(envelope.id, null);
        }
        break;
      case 'error': {
        const error = decodeError(envelope.error);
        if (envelope.id === null || !this.#ledger.reject(envelope.id, error)) {
          this.#listener.unknownResponse(envelope.id, error);
        }
        break;
      }
    }
  }

  #answer(id: number, method: string, params: Readonly<Record<string, unknown>>): void {
    try {
      this.#send(encodeResult(id, this.#listener.request(method, params)));
    } catch (error) {
      const refusal =
        error instanceof WireError
          ? error
          : new WireError('INTERNAL_ERROR', `the client failed on "${method}"`, { cause: error });
      this.#send(encodeError(id, refusal));
    }
  }
}

function checkResult(method: string, result: unknown): unknown {
  const validation = resultValidators.get(method)?.validate(result);
  if (validation === undefined || validation.ok) return result;
  const { path, message } = validation;
  throw clientError(
    'ERR_CLIENT_PROTOCOL',
    `the answer to "${method}" is off its schema at "${path}": ${message}; update client or server`,
    { details: { method, path } },
  );
}

/** `parseEnvelope` lets only objects through as params. */
function asRecord(params: unknown): Readonly<Record<string, unknown>> {
  return params as Readonly<Record<string, unknown>>;
}
