import type { Closing, Hello, MethodResult, VoiceError, WireError } from '@sidetone/protocol';
import type { CancelTimer } from '../clock/clock.js';
import type { Authentication } from '../control/authentication.js';
import { clientError } from '../error/client-error.js';
import type { ConnectedState, DisconnectReason } from './client-state.js';
import { Connection, type ConnectionOwner } from './connection.js';
import { Session } from './session.js';
import type { SessionSurroundings } from './session-surroundings.js';
import { signInParams } from './sign-in.js';

export interface LinkListener {
  connected(state: ConnectedState): void;
  /** Exactly once, before or after `connected`. */
  ended(reason: DisconnectReason): void;
}

export interface LinkParts {
  readonly surroundings: SessionSurroundings;
  readonly authentication: Authentication;
  readonly listener: LinkListener;
}

/** From the first byte to the end of the snapshot. */
const SIGN_IN_TIMEOUT_MS = 15_000;
/** Who leaves does not wait long for a server that is gone. */
const LEAVE_TIMEOUT_MS = 1_000;

/** One attempt to be connected, and what came of it: a connection, then a session on it. */
export class Link implements ConnectionOwner {
  readonly #parts: LinkParts;
  readonly #connection: Connection;
  readonly #cancelTimeout: CancelTimer;
  #hello: Hello | null = null;
  #session: Session | null = null;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    const { options, platform, state, gate } = parts.surroundings;
    const { url, clock } = options;
    state.clear();
    gate.clear();
    this.#connection = new Connection({ url, clock, openSocket: platform.openSocket, owner: this });
    this.#cancelTimeout = clock.after(SIGN_IN_TIMEOUT_MS, () => this.#timedOut());
  }

  get session(): Session | null {
    return this.#session;
  }

  /** Ends it by the app's wish: the session first, so that the server keeps nothing of it. */
  async leave(): Promise<void> {
    const { clock } = this.#parts.surroundings.options;
    if (this.#session) {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(LEAVE_TIMEOUT_MS, resolve);
        // Whether the server agreed, or the connection went first: the session is over either way.
        const done = (): void => {
          cancel();
          resolve();
        };
        this.#connection.rpc.call('session.close', {}).then(done, done);
      });
    }
    this.#connection.end({ kind: 'connectionLost', message: 'closed here' }, 'SESSION_CLOSED');
  }

  hello(hello: Hello): void {
    this.#hello = hello;
    const { authentication, surroundings } = this.#parts;
    const params = signInParams(hello, authentication, surroundings.options.organization);
    this.#connection.rpc
      .call('session.authenticate', params, (signIn) => this.#begin(signIn, hello))
      .catch((error: unknown) => this.#refused(error as VoiceError));
  }

  notification(method: string, params: Readonly<Record<string, unknown>>): void {
    if (this.#session) return this.#session.notification(method, params);
    this.rejected(`"${method}" came before the sign-in`);
  }

  request(method: string, params: unknown): unknown {
    if (this.#session) return this.#session.request(method, params);
    throw clientError('ERR_CLIENT_PROTOCOL', `the server asked "${method}" before the sign-in`);
  }

  binary(bytes: Uint8Array): void {
    if (this.#session) this.#session.voice.paths.receiveBinary(bytes);
    else this.rejected('a binary message came before the sign-in');
  }

  closing({ reason, message, retryAfterMs }: Closing): void {
    this.#parts.surroundings.announce('closeAnnounced', {
      reason,
      message,
      retryAfterMs: retryAfterMs ?? null,
    });
  }

  unknownResponse(id: number | null, error: WireError | null): void {
    this.#parts.surroundings.announce('unknownResponse', { id, error });
  }

  rejected(message: string): void {
    this.#parts.surroundings.announce('messageRejected', { message });
  }

  ended(reason: DisconnectReason): void {
    this.#cancelTimeout();
    this.#session?.close();
    this.#parts.surroundings.transmissions.clear();
    this.#parts.listener.ended(reason);
  }

  #begin(signIn: MethodResult<'session.authenticate'>, hello: Hello): void {
    const { surroundings, listener } = this.#parts;
    const { organization, permissions, session } = signIn;
    const { server, features, limits } = hello;
    this.#session = new Session({
      surroundings,
      connection: this.#connection,
      signIn,
      snapshotCompleted: () => {
        this.#cancelTimeout();
        const status = 'connected';
        listener.connected({
          status,
          session,
          organization,
          permissions,
          server,
          features,
          limits,
        });
        this.#session?.voice.paths.open(signIn.voice);
      },
    });
  }

  #refused(error: VoiceError): void {
    // The end of the connection has been told already, with its own reason.
    if (error.code === 'ERR_CLIENT_DISCONNECTED') return;
    this.#connection.end({ kind: 'signInFailed', error }, 'SESSION_CLOSED');
  }

  #timedOut(): void {
    const step = this.#hello === null ? 'its greeting' : 'the snapshot';
    const error = clientError(
      'ERR_CLIENT_CONNECT',
      `the server did not get to the end of ${step} within ${SIGN_IN_TIMEOUT_MS} ms; try again`,
    );
    this.#connection.end({ kind: 'signInFailed', error }, 'SESSION_CLOSED');
  }
}
