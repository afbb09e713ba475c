import { isWireErrorCode, WireError, wireErrors } from '../error/wire-error.js';

/** JSON-RPC 2.0 without batches. Ids are numbers that each side counts for itself. */
export type Envelope =
  | {
      readonly kind: 'request';
      readonly id: number;
      readonly method: string;
      readonly params: unknown;
    }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown }
  | { readonly kind: 'response'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number | null; readonly error: WireErrorBody };

export interface WireErrorBody {
  readonly code: number;
  readonly message: string;
  readonly data?: {
    readonly code: string;
    readonly retryable: boolean;
    readonly retryAfterMs?: number;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

export type EnvelopeParse =
  | { readonly ok: true; readonly envelope: Envelope }
  | {
      readonly ok: false;
      readonly code: 'PARSE_ERROR' | 'INVALID_REQUEST';
      readonly message: string;
    };

const MAX_METHOD_LENGTH = 64;

const refused = (message: string): EnvelopeParse => ({
  ok: false,
  code: 'INVALID_REQUEST',
  message,
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

/** Reads one text message. Params stay unchecked: their schema belongs to the method. */
export function parseEnvelope(text: string): EnvelopeParse {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { ok: false, code: 'PARSE_ERROR', message: 'the message is no JSON text' };
  }
  if (!isObject(message)) return refused('a message is one JSON object; batches are not supported');
  if (message['jsonrpc'] !== '2.0') return refused('"jsonrpc" has to be "2.0"');
  return 'method' in message ? parseCall(message) : parseAnswer(message);
}

function parseCall(message: Record<string, unknown>): EnvelopeParse {
  const { id, method, params = {} } = message;
  if (typeof method !== 'string' || method.length === 0 || method.length > MAX_METHOD_LENGTH) {
    return refused(`"method" has to be a string of 1 to ${MAX_METHOD_LENGTH} characters`);
  }
  if (!isObject(params)) return refused('"params" has to be an object');
  if (id === undefined) return { ok: true, envelope: { kind: 'notification', method, params } };
  if (!isCount(id)) return refused('"id" has to be a non-negative integer');
  return { ok: true, envelope: { kind: 'request', id, method, params } };
}

function parseAnswer(message: Record<string, unknown>): EnvelopeParse {
  const { id, result, error } = message;
  if (isObject(error)) {
    if (id !== null && !isCount(id)) return refused('"id" of an error is an integer or null');
    if (typeof error['code'] !== 'number' || typeof error['message'] !== 'string') {
      return refused('"error" needs an integer "code" and a "message"');
    }
    return { ok: true, envelope: { kind: 'error', id, error: error as unknown as WireErrorBody } };
  }
  if (!isCount(id) || result === undefined) return refused('neither a call nor an answer');
  return { ok: true, envelope: { kind: 'response', id, result } };
}

export function encodeRequest(id: number, method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

export function encodeNotification(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}

export function encodeResult(id: number, result: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

export function encodeError(id: number | null, error: WireError): string {
  const { rpc, retryable } = wireErrors[error.code];
  const data = {
    code: error.code,
    retryable,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  };
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: rpc, message: error.message, data } });
}

/**
 * The error of a response as the caller throws it; codes of a newer peer become INTERNAL_ERROR.
 * `data` may be anything: it is the peer's, and no schema has seen it.
 */
export function decodeError(body: WireErrorBody): WireError {
  const { code: name, retryAfterMs, details }: Record<string, unknown> = { ...body.data };
  const known = typeof name === 'string' && isWireErrorCode(name) ? name : null;
  const given = isObject(details) ? details : {};
  return new WireError(known ?? 'INTERNAL_ERROR', body.message, {
    details: known === null ? { ...given, unknownCode: name ?? body.code } : { ...given },
    ...(isCount(retryAfterMs) ? { retryAfterMs } : {}),
  });
}
