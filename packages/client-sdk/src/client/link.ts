import {
  closeCodes,
  type Closing,
  type Hello,
  type MethodParams,
  type MethodResult,
  type VoiceError,
  type WireError,
} from '@sidetone/protocol';
import type { CancelTimer } from '../clock/clock.js';
import type { Authentication } from '../control/authentication.js';
import type { Rpc } from '../control/rpc.js';
import { clientError } from '../error/client-error.js';
import { StateStream } from '../state/state-stream.js';
import type { DisconnectReason } from './client-state.js';
import { Connection, type ConnectionOwner } from './connection.js';
import { isRefusal } from './outage.js';
import type { ResumeClaim, Session } from './session.js';
import type { SessionSurroundings } from './session-surroundings.js';
import { randomInstance, signInParams } from './sign-in.js';

/** How a connection gets to a session: with a new one, or with the one that there was. */
export type Entrance =
  | { readonly kind: 'signIn'; readonly authentication: Authentication }
  | { readonly kind: 'resume'; readonly claim: ResumeClaim };

export interface SignedIn {
  readonly answer: MethodResult<'session.authenticate'>;
  readonly instance: string;
  readonly hello: Hello;
}

export interface LinkListener {
  /** Both return the session that everything behind the answer belongs to. */
  signedIn(link: Link, signedIn: SignedIn): Session;
  resumed(link: Link, answer: MethodResult<'session.resume'>, hello: Hello): Session;
  /** The server does not know the session any more; how to go on, or `null` for not at all. */
  sessionLost(link: Link, error: VoiceError): Authentication | null;
  /** Exactly once. */
  ended(link: Link, reason: DisconnectReason): void;
}

export interface LinkParts {
  readonly surroundings: SessionSurroundings;
  readonly entrance: Entrance;
  readonly listener: LinkListener;
}

const HELLO_TIMEOUT_MS = 5_000;
/** Without a step towards a state that is whole: an answer, a part of it, an event that was missed. */
const STALL_TIMEOUT_MS = 10_000;
/** From the answer to a state that is whole, however steadily it comes. */
const CATCH_UP_TIMEOUT_MS = 60_000;
/** After news of another network, whoever is there has to show it sooner. */
const PROBE_TIMEOUT_MS = 1_000;

type Timer = 'hello' | 'stall' | 'catchUp' | 'probe';

/** One attempt to be connected, and the connection that came of it: it ends with the connection. */
export class Link implements ConnectionOwner {
  readonly #parts: LinkParts;
  readonly #connection: Connection;
  readonly #timers = new Map<Timer, CancelTimer>();
  #session: Session | null = null;
  #answered = false;
  #greeted = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    const { options, platform } = parts.surroundings;
    const { url, clock } = options;
    this.#connection = new Connection({ url, clock, openSocket: platform.openSocket, owner: this });
    this.#limit('hello', HELLO_TIMEOUT_MS, 'did not greet');
    this.#progressed();
  }

  get rpc(): Rpc {
    return this.#connection.rpc;
  }

  /** Whether the server has taken the sign-in or the resume. */
  get answered(): boolean {
    return this.#answered;
  }

  get remoteAddress(): string | null {
    return this.#connection.remoteAddress;
  }

  /** Resolves when nothing of it is left. */
  get gone(): Promise<void> {
    return this.#connection.gone;
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.#answered) this.#connection.sendBinary(bytes);
  }

  /** The state is whole: from here on only silence ends the link by itself. */
  settled(): void {
    this.#disarm('stall');
    this.#disarm('catchUp');
  }

  /** Says something that changes nothing: with it the new resume token counts. */
  confirm(): void {
    this.#ask();
  }

  /** The network may be another one: ends unless the server shows within 1 s that it is there. */
  probe(): void {
    if (this.#timers.has('probe') || (this.#greeted && !this.#answered)) return;
    this.#arm('probe', PROBE_TIMEOUT_MS, () => this.#connection.abandon({ kind: 'serverSilent' }));
    if (this.#answered) this.#ask();
  }

  end(reason: DisconnectReason): void {
    this.#connection.end(reason, 'SESSION_CLOSED');
  }

  /** As `end`, of a server that does not seem to be there. */
  abandon(reason: DisconnectReason): void {
    this.#connection.abandon(reason);
  }

  hello(hello: Hello): void {
    this.#greeted = true;
    this.#disarm('hello');
    this.#disarm('probe');
    const { entrance } = this.#parts;
    if (entrance.kind === 'signIn') this.#signIn(entrance.authentication, hello);
    else this.#resume(entrance.claim, hello);
  }

  notification(method: string, params: Readonly<Record<string, unknown>>): void {
    if (this.#session) {
      if (this.#timers.has('stall') && bringsState(method)) this.#progressed();
      return this.#session.notification(method, params);
    }
    this.rejected(`"${method}" came before the sign-in`);
  }

  request(method: string, params: unknown): unknown {
    if (this.#session) return this.#session.request(method, params);
    throw clientError('ERR_CLIENT_PROTOCOL', `the server asked "${method}" before the sign-in`);
  }

  binary(bytes: Uint8Array): void {
    if (this.#session) this.#session.voice.receiveBinary(bytes);
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
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#parts.listener.ended(this, reason);
  }

  #signIn(authentication: Authentication, hello: Hello): void {
    const { surroundings, listener } = this.#parts;
    const instance = randomInstance();
    const { organization } = surroundings.options;
    let params: MethodParams<'session.authenticate'>;
    try {
      params = signInParams(hello, authentication, organization, instance);
    } catch (error) {
      return this.#refused(error as VoiceError);
    }
    this.#connection.rpc
      .call('session.authenticate', params, (answer) => {
        this.#enter();
        this.#take(listener.signedIn(this, { answer, instance, hello }));
      })
      .catch((error: unknown) => this.#refused(error as VoiceError));
  }

  #resume(claim: ResumeClaim, hello: Hello): void {
    this.#connection.rpc
      .call('session.resume', { ...claim }, (answer) => {
        this.#enter();
        this.#take(this.#parts.listener.resumed(this, answer, hello));
      })
      .catch((error: unknown) => this.#resumeRefused(error as VoiceError, hello));
  }

  #enter(): void {
    this.#answered = true;
    this.#connection.expectTicks();
    this.#progressed();
    this.#limit('catchUp', CATCH_UP_TIMEOUT_MS, 'did not get to the end of the state');
  }

  #take(session: Session): void {
    this.#session = session;
    this.#connection.carry(session.voice);
  }

  #resumeRefused(error: VoiceError, hello: Hello): void {
    if (!isRefusal(error)) return this.#refused(error);
    const authentication = this.#parts.listener.sessionLost(this, error);
    // The server closes the connection of whoever comes with a spent token.
    if (authentication === null || error.code === 'TOKEN_REUSED') return this.#leaveSpent(error);
    this.#progressed();
    this.#signIn(authentication, hello);
  }

  #leaveSpent({ message }: VoiceError): void {
    const reason = 'TOKEN_REUSED';
    const { code, comeBack } = closeCodes[reason];
    this.end({ kind: 'closedByServer', reason, code, comeBack, message });
  }

  #refused(error: VoiceError): void {
    // The end of the connection has been told already, with its own reason.
    if (error.code === 'ERR_CLIENT_DISCONNECTED') return;
    this.end({ kind: 'signInFailed', error });
  }

  #ask(): void {
    this.#connection.rpc.call('session.setState', {}).then(
      () => this.#disarm('probe'),
      // A refusal is an answer, too; without one the connection has ended or is given up.
      (error: VoiceError) => {
        if (error.code !== 'REQUEST_TIMEOUT') this.#disarm('probe');
      },
    );
  }

  #progressed(): void {
    this.#limit('stall', STALL_TIMEOUT_MS, 'did not get on with the sign-in or the state');
  }

  /** Gives the server so long from now on; `failure` says what it did not do. */
  #limit(name: Timer, timeoutMs: number, failure: string): void {
    this.#arm(name, timeoutMs, () => {
      const message = `the server ${failure} within ${timeoutMs} ms; try again`;
      const error = clientError('ERR_CLIENT_CONNECT', message);
      this.#connection.abandon({ kind: 'signInFailed', error });
    });
  }

  #arm(name: Timer, delayMs: number, fire: () => void): void {
    this.#disarm(name);
    this.#timers.set(
      name,
      this.#parts.surroundings.options.clock.after(delayMs, () => {
        this.#timers.delete(name);
        fire();
      }),
    );
  }

  #disarm(name: Timer): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}

function bringsState(method: string): boolean {
  return method === 'snapshotPart' || StateStream.isStateEvent(method);
}
