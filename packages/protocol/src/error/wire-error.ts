import { VoiceError, type VoiceErrorOptions } from './voice-error.js';

interface WireErrorEntry {
  /** The integer that JSON-RPC asks for; programs compare the string. */
  readonly rpc: number;
  /** Whether the same request may succeed later without a change by the caller. */
  readonly retryable: boolean;
  readonly meaning: string;
}

/** Every error code that crosses the wire. Codes without a prefix live only here. */
export const wireErrors = {
  PARSE_ERROR: { rpc: -32700, retryable: false, meaning: 'The message is no JSON text.' },
  INVALID_REQUEST: {
    rpc: -32600,
    retryable: false,
    meaning: 'The message is no JSON-RPC 2.0 request, response or notification.',
  },
  METHOD_NOT_FOUND: {
    rpc: -32601,
    retryable: false,
    meaning: 'The receiver has no such method; `features` in `hello` tells what a server can do.',
  },
  INVALID_PARAMS: {
    rpc: -32602,
    retryable: false,
    meaning: 'A parameter is missing or off its schema; `details.path` names it.',
  },
  INTERNAL_ERROR: {
    rpc: -32603,
    retryable: true,
    meaning: 'The server failed; its log has the cause.',
  },
  NOT_AUTHENTICATED: {
    rpc: -32001,
    retryable: false,
    meaning: 'The first message has to be `session.authenticate` or `session.resume`.',
  },
  AUTHENTICATION_FAILED: {
    rpc: -32002,
    retryable: false,
    meaning: 'The credentials were not accepted.',
  },
  ACCESS_DENIED: {
    rpc: -32003,
    retryable: false,
    meaning: 'The access policy or a guard refused it.',
  },
  NOT_FOUND: {
    rpc: -32004,
    retryable: false,
    meaning: 'No such channel, session, target or route, or none that the caller may see.',
  },
  NOT_JOINED: {
    rpc: -32005,
    retryable: false,
    meaning: 'It needs a membership of the channel; join it first.',
  },
  ALREADY_EXISTS: {
    rpc: -32006,
    retryable: false,
    meaning: 'Something with this name or id is there already.',
  },
  CHANNEL_FULL: {
    rpc: -32007,
    retryable: true,
    meaning: 'The channel has reached its participant limit.',
  },
  LIMIT_EXCEEDED: {
    rpc: -32008,
    retryable: false,
    meaning: 'A number in `limits` of `hello` would be passed; `details` names it.',
  },
  RATE_LIMITED: {
    rpc: -32009,
    retryable: true,
    meaning: 'Too many commands; wait `retryAfterMs`.',
  },
  SERVER_FULL: {
    rpc: -32010,
    retryable: true,
    meaning: 'The server has no session or handle left.',
  },
  SHUTTING_DOWN: {
    rpc: -32011,
    retryable: true,
    meaning: 'The server stops and takes no new sessions.',
  },
  REQUEST_TIMEOUT: {
    rpc: -32012,
    retryable: true,
    meaning: 'No answer came within the time limit, or a guard passed its deadline.',
  },
  NET_BUSY: {
    rpc: -32013,
    retryable: true,
    meaning: 'The floor of the net is taken; `holder` names the session that has it.',
  },
  NOT_ALLOWED_TO_SPEAK: {
    rpc: -32014,
    retryable: false,
    meaning: 'The talker is muted on this net or has lost the right to speak there.',
  },
  SESSION_UNKNOWN: {
    rpc: -32015,
    retryable: false,
    meaning: 'No session goes with the resume token, or not any more; sign in anew.',
  },
  TOKEN_REUSED: {
    rpc: -32016,
    retryable: false,
    meaning: 'The resume token was spent already; its session has been ended for safety.',
  },
  UNAVAILABLE: {
    rpc: -32017,
    retryable: true,
    meaning: 'What the request needs, for instance the database, cannot be reached; ask again.',
  },
  VERSION_CONFLICT: {
    rpc: -32018,
    retryable: false,
    meaning: 'It was changed by somebody else meanwhile; read it again and decide anew.',
  },
  BANNED: {
    rpc: -32019,
    retryable: false,
    meaning: 'The organization has banned the user or their network; the message says why.',
  },
  PASSWORD_REQUIRED: {
    rpc: -32020,
    retryable: false,
    meaning: 'Joining the channel asks for its password.',
  },
  PASSWORD_WRONG: {
    rpc: -32021,
    retryable: false,
    meaning: 'That is not the password of the channel.',
  },
  NET_RESTRICTED: {
    rpc: -32022,
    retryable: true,
    meaning: 'The stance of the net keeps who may talk in this priority class from talking now.',
  },
} as const satisfies Record<string, WireErrorEntry>;

export type WireErrorCode = keyof typeof wireErrors;

export interface WireErrorOptions extends VoiceErrorOptions {
  readonly retryAfterMs?: number;
}

/** What a method answers instead of a result. Thrown by handlers, sent as a JSON-RPC error. */
export class WireError extends VoiceError<WireErrorCode> {
  readonly retryAfterMs: number | undefined;

  constructor(code: WireErrorCode, message: string, options: WireErrorOptions = {}) {
    super(code, message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

export function isWireErrorCode(code: string): code is WireErrorCode {
  return Object.hasOwn(wireErrors, code);
}
