import type { Hello, MethodResult, VoiceError } from '@sidetone/protocol';
import type { Authentication } from '../control/authentication.js';
import type { CallQueue } from '../control/call-queue.js';
import type { TalkRegistry } from '../talk/talk-registry.js';
import type { ClientState, ConnectedState, DisconnectReason } from './client-state.js';
import { connectError } from './connect-error.js';
import { Link, type Entrance, type LinkListener, type SignedIn } from './link.js';
import { Outage } from './outage.js';
import type { SelfMute } from './self-mute.js';
import { Session, type SessionOwner } from './session.js';
import type { SessionRestorer } from './session-restorer.js';
import type { SessionSurroundings } from './session-surroundings.js';

export interface SessionKeeperParts {
  readonly surroundings: SessionSurroundings;
  readonly calls: CallQueue;
  readonly talk: TalkRegistry;
  readonly selfMute: SelfMute;
  readonly restorer: SessionRestorer;
  readonly stateChanged: (state: ClientState) => void;
}

/** Who leaves does not wait long for a server that is gone. */
const LEAVE_TIMEOUT_MS = 1_000;

/**
 * Keeps the client in a session over one link after the other: it resumes what was cut, signs in
 * anew where the session is lost, and gives up when the server or the policy says so. At most one
 * link is there at any time.
 */
export class SessionKeeper implements LinkListener, SessionOwner {
  readonly #parts: SessionKeeperParts;
  #authentication: Authentication | null = null;
  /** What the app sees; with its state kept while a link is missing. */
  #session: Session | null = null;
  /** Signed in, but its state is not whole yet. */
  #next: Session | null = null;
  #link: Link | null = null;
  #established: Omit<ConnectedState, 'status' | 'session'> | null = null;
  #isUp = false;
  #outage: Outage;
  #reason: DisconnectReason | null = null;
  #connecting: { resolve(): void; reject(error: VoiceError): void } | null = null;
  #leaving: (() => void) | null = null;
  #unwatch: (() => void) | null = null;

  constructor(parts: SessionKeeperParts) {
    this.#parts = parts;
    this.#outage = this.#newOutage();
  }

  get session(): Session | null {
    return this.#session ?? this.#next;
  }

  get remoteAddress(): string | null {
    return this.#link?.remoteAddress ?? null;
  }

  sendBinary(bytes: Uint8Array): void {
    this.#link?.sendBinary(bytes);
  }

  /** Resolves when the state is whole; the one attempt that is not repeated. */
  connect(authentication: Authentication): Promise<void> {
    const { surroundings, stateChanged } = this.#parts;
    const { state, gate, platform } = surroundings;
    state.clear();
    gate.clear();
    this.#authentication = authentication;
    this.#outage = this.#newOutage();
    const connected = new Promise<void>((resolve, reject) => {
      this.#connecting = { resolve, reject };
    });
    this.#unwatch = platform.watchNetwork?.(() => this.hintNetworkChanged()) ?? null;
    this.#open();
    stateChanged({ status: 'connecting' });
    return connected;
  }

  /** Ends the session on the server, if that can be reached within 1 s, and everything here. */
  async leave(): Promise<void> {
    const isReached = await this.#endOnServer();
    const link = this.#link;
    this.#link = null;
    const reason: DisconnectReason = { kind: 'connectionLost', message: 'closed here' };
    if (isReached) link?.end(reason);
    else link?.abandon(reason);
    await link?.gone;
    this.#finish(reason);
  }

  hintNetworkChanged(): void {
    if (this.#connecting !== null || this.#leaving !== null || this.#session === null) return;
    (this.#next ?? this.#session).voice.networkChanged();
    if (this.#isUp) {
      this.#link?.probe();
      return;
    }
    this.#outage.networkChanged();
    if (this.#outage.waiting) this.#outage.hurry();
    else this.#link?.probe();
  }

  signedIn(link: Link, { answer, instance, hello }: SignedIn): Session {
    const { surroundings, calls } = this.#parts;
    const session = new Session({
      surroundings,
      commands: calls,
      carrier: { remoteAddress: () => this.remoteAddress, sendBinary: (m) => this.sendBinary(m) },
      owner: this,
      signIn: answer,
      instance,
      replacesLost: this.#session !== null,
    });
    this.#next = session;
    this.#remember(answer, hello);
    // They wait until the state that they speak of is there.
    calls.suspend();
    session.voice.open(answer.voice);
    if (this.#leaving) this.#sayGoodbye(link);
    return session;
  }

  resumed(link: Link, answer: MethodResult<'session.resume'>, hello: Hello): Session {
    const session = this.#requireSession();
    const { instance } = session;
    if (answer.session !== session.id) {
      // The server has moved the user to another session; the state and voice of this one end.
      this.#lose();
      return this.signedIn(link, { answer, instance, hello });
    }
    if (answer.restored) return this.#renew(link, answer, hello);
    this.#remember(answer, hello);
    session.resumed(answer);
    if (this.#leaving) {
      this.#sayGoodbye(link);
      return session;
    }
    const asked = answer.resync ? 0 : this.#parts.calls.open(link.rpc);
    if (asked === 0) link.confirm();
    session.voice.controlRestored();
    session.catchUp();
    return session;
  }

  sessionLost(): Authentication | null {
    this.#lose();
    return this.#leaving === null ? this.#authentication : null;
  }

  ended(link: Link, reason: DisconnectReason): void {
    if (link !== this.#link) return;
    this.#link = null;
    this.#isUp = false;
    if (this.#leaving) return this.#leaving();
    if (this.#connecting) return this.#finish(reason);
    this.#parts.calls.suspend();
    if (reason.kind === 'closedByServer' && reason.reason === 'TOKEN_REUSED') this.#lose();
    const delayMs = this.#outage.next(reason);
    if (delayMs === null) return this.#finish(reason);
    const session = this.#requireSession();
    if (this.#isStateDoubtful(reason)) session.doubtState();
    session.voice.controlLost();
    this.#wait(reason, delayMs);
  }

  snapshotArrived(session: Session): void {
    if (session !== this.#next) return;
    this.#session = session;
    this.#next = null;
  }

  caughtUp(session: Session): void {
    const { calls, selfMute, restorer, stateChanged } = this.#parts;
    const [link, established] = [this.#link, this.#established];
    if (link === null || established === null || this.#leaving !== null) return;
    link.settled();
    this.#isUp = true;
    this.#outage.over();
    calls.open(link.rpc);
    restorer.restore();
    selfMute.resend();
    const connecting = this.#connecting;
    this.#connecting = null;
    stateChanged({ status: 'connected', session: session.id, ...established });
    connecting?.resolve();
  }

  #open(): void {
    const { surroundings } = this.#parts;
    this.#link = new Link({ surroundings, entrance: this.#entrance(), listener: this });
  }

  #entrance(): Entrance {
    const claim = (this.#next ?? this.#session)?.claim ?? null;
    if (claim) return { kind: 'resume', claim };
    return { kind: 'signIn', authentication: this.#authentication as Authentication };
  }

  #remember(answer: MethodResult<'session.authenticate'>, hello: Hello): void {
    const { organization, permissions } = answer;
    const { server, features, limits } = hello;
    this.#established = { organization, permissions, server, features, limits };
  }

  #wait(reason: DisconnectReason, delayMs: number): void {
    this.#reason = reason;
    // Set before the app hears of it: closing in a listener ends the wait.
    this.#outage.wait(delayMs, () => {
      this.#open();
      if (delayMs > 0 && this.#leaving === null) this.#tellReconnecting(null);
    });
    this.#tellReconnecting(delayMs === 0 ? null : delayMs);
  }

  #tellReconnecting(retryInMs: number | null): void {
    const reason = this.#reason as DisconnectReason;
    const { attempt } = this.#outage;
    const session = (this.#session ?? this.#requireSession()).id;
    this.#parts.stateChanged({ status: 'reconnecting', reason, attempt, retryInMs, session });
  }

  /** A missing event is in the server's ring; one that cannot be used would only come again. */
  #isStateDoubtful(reason: DisconnectReason): boolean {
    if (reason.kind !== 'protocolFailure') return false;
    return reason.error.code !== 'ERR_CLIENT_SEQUENCE_GAP' || this.#outage.continues;
  }

  /** The server was restarted and has the session from its store: all of its voice is new. */
  #renew(link: Link, answer: MethodResult<'session.resume'>, hello: Hello): Session {
    const { talk, restorer } = this.#parts;
    const { instance } = this.#requireSession();
    restorer.captureUnwritten();
    talk.suspend();
    this.#session?.close();
    this.#next?.close();
    const session = this.signedIn(link, { answer, instance, hello });
    talk.adopt(answer.targets);
    return session;
  }

  /** The server knows the session no more; the app sees its state until another one is there. */
  #lose(): void {
    const { restorer, talk, calls } = this.#parts;
    restorer.capture();
    talk.suspend();
    calls.sessionLost();
    this.#session?.close();
    this.#next?.close();
    this.#next = null;
  }

  /** Whether the server answers. */
  #endOnServer(): Promise<boolean> {
    if (!(this.#next ?? this.#session)?.claim) return Promise.resolve(true);
    return new Promise((resolve) => {
      const { clock } = this.#parts.surroundings.options;
      const cancel = clock.after(LEAVE_TIMEOUT_MS, () => resolve(false));
      this.#leaving = () => {
        cancel();
        resolve(true);
      };
      this.#outage.hurry();
      if (this.#link?.answered) this.#sayGoodbye(this.#link);
    });
  }

  #sayGoodbye(link: Link): void {
    // Whether the server agreed, or the connection went first: the session is over either way.
    const done = (): void => this.#leaving?.();
    link.rpc.call('session.close', {}).then(done, done);
  }

  #finish(reason: DisconnectReason): void {
    const { calls, talk, restorer, surroundings, stateChanged } = this.#parts;
    this.#outage.stop();
    this.#unwatch?.();
    this.#unwatch = null;
    this.#isUp = false;
    talk.close();
    this.#session?.close();
    this.#next?.close();
    this.#session = null;
    this.#next = null;
    restorer.forget();
    calls.close();
    surroundings.transmissions.clear();
    const connecting = this.#connecting;
    this.#connecting = null;
    stateChanged({ status: 'disconnected', reason });
    connecting?.reject(connectError(reason, surroundings.options.url));
  }

  #requireSession(): Session {
    const session = this.#next ?? this.#session;
    if (session) return session;
    throw new Error('there is no session to go on with');
  }

  #newOutage(): Outage {
    const { options, platform, report } = this.#parts.surroundings;
    return new Outage({
      clock: options.clock,
      policy: options.reconnect,
      policyFailed: (cause) => report('reconnect', cause),
      keepRunning: () => platform.keepRunning?.() ?? (() => undefined),
    });
  }
}
