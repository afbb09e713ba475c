import {
  closeCodes,
  closeReasonOf,
  Closing,
  createValidator,
  Hello,
  type CloseReason,
  type VoiceError,
  type WireError,
} from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../clock/clock.js';
import type { ControlSocket, OpenControlSocket, SocketEnd } from '../control/control-socket.js';
import { Rpc } from '../control/rpc.js';
import type { VoiceSession } from '../media/voice-session.js';
import { clientError } from '../error/client-error.js';
import type { DisconnectReason } from './client-state.js';

export const SUBPROTOCOL = 'sidetone.v1';

export interface ConnectionOwner {
  hello(hello: Hello): void;
  /** A thrown `VoiceError` ends the connection as a failure of the protocol. */
  notification(method: string, params: Readonly<Record<string, unknown>>): void;
  request(method: string, params: Readonly<Record<string, unknown>>): unknown;
  binary(bytes: Uint8Array): void;
  closing(closing: Closing): void;
  unknownResponse(id: number | null, error: WireError | null): void;
  rejected(message: string): void;
  /** Exactly once, whoever ended it. */
  ended(reason: DisconnectReason): void;
}

export interface ConnectionParts {
  readonly url: string;
  readonly clock: Clock;
  readonly openSocket: OpenControlSocket;
  readonly owner: ConnectionOwner;
}

const helloValidator = createValidator(Hello);
const closingValidator = createValidator(Closing);

/** In a session the server speaks at least every 2 s. */
const SILENCE_CHECK_MS = 1_000;
/** Counted in checks and not in time, so that a busy event loop is not taken for a silent server. */
const SILENT_CHECKS = 6;
/** For the close frame of the peer, after our own. */
const LINGER_MS = 1_000;
/** Said of a connection that ended without a close frame, or with an empty one (RFC 6455 7.4.1). */
const WITHOUT_REASON: readonly number[] = [1005, 1006];

/** One control connection from `hello` to its end, which it works out and tells once. */
export class Connection {
  readonly rpc: Rpc;
  readonly #owner: ConnectionOwner;
  readonly #socket: ControlSocket;
  readonly #clock: Clock;
  #cancelSilenceCheck: CancelTimer | null = null;
  #greeted = false;
  #silentChecks = 0;
  #closing: Closing | null = null;
  #ended = false;
  #cancelTerminate: CancelTimer | null = null;
  #socketGone: () => void = () => undefined;
  /** Resolves when nothing of the socket is left. */
  readonly gone: Promise<void> = new Promise((resolve) => (this.#socketGone = resolve));

  constructor({ url, clock, openSocket, owner }: ConnectionParts) {
    this.#owner = owner;
    this.#clock = clock;
    this.#socket = openSocket(url, SUBPROTOCOL, {
      opened: () => this.#heard(),
      text: (message) => this.#guard(() => this.rpc.receive(message)),
      binary: (bytes) => this.#guard(() => owner.binary(bytes)),
      alive: () => this.#heard(),
      closed: (end) => {
        this.#cancelTerminate?.();
        this.#socketGone();
        this.#finish(disconnectReason(end, this.#closing));
      },
    });
    this.rpc = new Rpc(clock, (message) => this.#socket.sendText(message), {
      notification: (method, params) => this.#notification(method, params),
      request: (method, params) => owner.request(method, params),
      unknownResponse: (id, error) => owner.unknownResponse(id, error),
      malformed: (message) => owner.rejected(message),
    });
  }

  /** Address of the server as the connection found it; `null` where the platform hides it. */
  get remoteAddress(): string | null {
    return this.#socket.remoteAddress();
  }

  /** From now on a server that says nothing is gone. Before, it says nothing to who has to wait. */
  expectTicks(): void {
    this.#heard();
    this.#cancelSilenceCheck ??= this.#clock.every(SILENCE_CHECK_MS, () => this.#checkSilence());
  }

  sendBinary(bytes: Uint8Array): void {
    this.#socket.sendBinary(bytes);
  }

  /** Binary messages are of this session from now on. */
  carry(voice: VoiceSession): void {
    this.#socket.carry?.(voice);
  }

  /** Ends it from here: the owner hears `ended` at once, the peer gets a close frame. */
  end(reason: DisconnectReason, close: CloseReason): void {
    if (this.#ended) return;
    this.#socket.close(closeCodes[close].code, close);
    // A peer that is gone answers no close frame.
    this.#cancelTerminate = this.#clock.after(LINGER_MS, () => this.#terminate());
    this.#finish(reason);
  }

  /** Ends it without a word: nobody seems to be there. */
  abandon(reason: DisconnectReason): void {
    if (this.#ended) return;
    this.#terminate();
    this.#finish(reason);
  }

  #terminate(): void {
    this.#socket.terminate();
    this.#socketGone();
  }

  #notification(method: string, params: Readonly<Record<string, unknown>>): void {
    if (method === 'hello' && !this.#greeted) return this.#greet(params);
    if (method === 'closing') return this.#announceClose(params);
    this.#owner.notification(method, params);
  }

  #greet(params: unknown): void {
    const validation = helloValidator.validate(params);
    if (!validation.ok) {
      throw clientError(
        'ERR_CLIENT_PROTOCOL',
        `"hello" is off its schema at "${validation.path}": ${validation.message}; does the server speak ${SUBPROTOCOL}?`,
      );
    }
    this.#greeted = true;
    this.rpc.limitRequests(validation.value.limits.messageBytes);
    this.#owner.hello(validation.value);
  }

  #announceClose(params: unknown): void {
    const validation = closingValidator.validate(params);
    if (!validation.ok) return this.#owner.rejected(`"closing": ${validation.message}`);
    this.#closing = validation.value;
    this.#owner.closing(validation.value);
  }

  #guard(handle: () => void): void {
    if (this.#ended) return;
    this.#heard();
    try {
      handle();
    } catch (error) {
      this.end({ kind: 'protocolFailure', error: asVoiceError(error) }, 'PROTOCOL_ERROR');
    }
  }

  #heard(): void {
    this.#silentChecks = 0;
  }

  #checkSilence(): void {
    this.#silentChecks += 1;
    if (this.#silentChecks < SILENT_CHECKS) return;
    this.abandon({ kind: 'serverSilent' });
  }

  #finish(reason: DisconnectReason): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelSilenceCheck?.();
    this.rpc.close(
      clientError('ERR_CLIENT_DISCONNECTED', 'the connection ended before the answer came', {
        details: { reason: reason.kind },
      }),
    );
    this.#owner.ended(reason);
  }
}

function disconnectReason(end: SocketEnd, closing: Closing | null): DisconnectReason {
  if (WITHOUT_REASON.includes(end.code) && closing === null) {
    return { kind: 'connectionLost', message: describe(end) };
  }
  const reason = closeReasonOf(end.code);
  const retryAfterMs = closing?.retryAfterMs;
  return {
    kind: 'closedByServer',
    reason,
    code: end.code,
    comeBack: reason === null ? 'retry' : closeCodes[reason].comeBack,
    message: closing?.message ?? end.reason,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function describe({ reason, cause }: SocketEnd): string {
  if (cause instanceof Error) return cause.message;
  return reason === '' ? 'the connection was cut' : reason;
}

function asVoiceError(error: unknown): VoiceError {
  if (error instanceof Error && error.name === 'VoiceError') return error as VoiceError;
  return clientError('ERR_CLIENT_PROTOCOL', 'a message of the server could not be handled', {
    cause: error,
  });
}
