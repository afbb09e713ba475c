import {
  encodeError,
  encodeResult,
  methods,
  parseEnvelope,
  WireError,
  wireErrors,
  type CloseReason,
  type Envelope,
  type MethodParams,
  type MethodResult,
} from '@sidetone/protocol';
import type { CancelTimer } from '../contracts/clock.js';
import type { ControlConnection, ControlPeer } from '../contracts/control-transport.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import type { Session } from '../session/session.js';
import type { Admission, AdmissionKind } from './admission-queue.js';
import { ControlAttachment } from './control-attachment.js';
import type { Entered, Entrance } from './entrance.js';
import type { RequestDispatcher } from './request-dispatcher.js';
import { sessionStart } from './session-start.js';

/** Messages that are malformed, too long or over the budget, less proper requests: it survives these. */
const MAX_OFFENCES = 64;
const MAX_FAILED_SIGN_INS = 5;

type State =
  | { readonly status: 'authenticating'; busy: boolean; failures: number; cancel: CancelTimer }
  | {
      readonly status: 'active';
      readonly session: Session;
      readonly organization: Organization;
      confirmed: boolean;
    }
  | { readonly status: 'closed' };

interface ControlSessionParts {
  readonly world: World;
  readonly dispatcher: RequestDispatcher;
  readonly entrance: Entrance;
  /** The first message, as text. */
  readonly hello: string;
  readonly admission: Admission;
  /** For a close that says when to come back; spread by the number of those who leave. */
  readonly retryAfterMs: () => number;
  readonly onEnd: () => void;
}

type Request = Extract<Envelope, { kind: 'request' }>;

/** One control connection: from `hello` over authentication to the end of its session. */
export class ControlSession implements ControlConnection {
  readonly #parts: ControlSessionParts;
  readonly #peer: ControlPeer;
  readonly #attachment: ControlAttachment;
  #offences = 0;
  #state: State;

  constructor(parts: ControlSessionParts, peer: ControlPeer) {
    this.#parts = parts;
    this.#peer = peer;
    const { clock } = parts.world.dependencies;
    const { retryAfterMs } = parts;
    this.#attachment = new ControlAttachment({ peer, clock, retryAfterMs });
    const cancel = this.#limitAuthentication();
    this.#state = { status: 'authenticating', busy: false, failures: 0, cancel };
    peer.send(parts.hello);
  }

  get idle(): boolean {
    return this.#state.status === 'authenticating' && !this.#state.busy && !this.#attachment.ended;
  }

  tick(): void {
    if (this.#state.status !== 'active') return;
    this.#peer.setInVoice(this.#state.session.memberships.size > 0);
    this.#attachment.tick();
  }

  message(text: string): void {
    if (this.#state.status === 'closed' || this.#attachment.ended) return;
    this.#confirm();
    const { messageBytes } = this.#parts.world.dependencies.options.limits;
    if (Buffer.byteLength(text) > messageBytes) {
      const error = new WireError(
        'LIMIT_EXCEEDED',
        `a message has at most ${messageBytes} bytes; this one was not read`,
        { details: { messageBytes } },
      );
      this.#peer.send(encodeError(null, error));
      return this.#offend('PROTOCOL_ERROR', 'too many messages that are too long');
    }
    const parsed = parseEnvelope(text);
    if (!parsed.ok) {
      this.#peer.send(encodeError(null, new WireError(parsed.code, parsed.message)));
      return this.#offend('PROTOCOL_ERROR', 'too many messages that are no JSON-RPC 2.0');
    }
    const { envelope } = parsed;
    switch (envelope.kind) {
      case 'request':
        return this.#request(envelope);
      case 'response':
      case 'error':
        if (this.#attachment.answered(envelope)) return;
        return this.#offend('PROTOCOL_ERROR', 'too many answers that nobody asked for');
      case 'notification':
        this.#parts.world.dependencies.metrics.counter('control.ignored', 'notification').add();
        return this.#offend('PROTOCOL_ERROR', 'too many notifications; a client has none to send');
    }
  }

  drained(): void {
    this.#attachment.pump();
  }

  closed(detail: string): void {
    const state = this.#state;
    this.#state = { status: 'closed' };
    if (state.status === 'authenticating') state.cancel();
    this.#attachment.end(detail);
    this.#parts.onEnd();
  }

  /** Ends a connection that has no session, or the session with all it holds. */
  shutDown(): void {
    if (this.#state.status === 'active') {
      const { session } = this.#state;
      this.#parts.world.sessions.close(session, 'shutdown', 'the server stops', 'SHUTTING_DOWN');
    } else {
      this.#turnAway('SHUTTING_DOWN', 'the server stops');
    }
  }

  #request(request: Request): void {
    const state = this.#state;
    if (state.status === 'authenticating') return this.#beforeSession(request, state);
    if (state.status === 'closed') return;
    const cost = this.#parts.dispatcher.costOf(request.method);
    const { budget } = state.session;
    if (!budget.take(this.#parts.world.dependencies.clock.now(), cost)) {
      const waitMs = budget.waitMs(cost);
      const error = new WireError('RATE_LIMITED', `too many commands; wait ${waitMs} ms`, {
        retryAfterMs: waitMs,
      });
      this.#peer.send(encodeError(request.id, error));
      return this.#offend('RATE_LIMITED', 'commands kept coming over the limit');
    }
    // One for one: or else a proper request now and then would buy any amount of rubbish.
    this.#offences = Math.max(0, this.#offences - 1);
    const { organization, session } = state;
    // An answer for which the connection does not live long enough is asked for again on the next.
    void this.#parts.dispatcher.answer(organization, session, request).then((answer) => {
      this.#attachment.say(answer);
      // Not at the next tick only: a connection that dies right after a join is pinged in time.
      this.#peer.setInVoice(session.memberships.size > 0);
    });
  }

  #beforeSession(request: Request, state: Extract<State, { status: 'authenticating' }>): void {
    if (!isBeginning(request.method)) {
      const known = Object.hasOwn(methods, request.method);
      const error = known
        ? new WireError('NOT_AUTHENTICATED', 'session.authenticate or session.resume comes first')
        : new WireError('METHOD_NOT_FOUND', `there is no method "${request.method}"`);
      this.#peer.send(encodeError(request.id, error));
      return this.#offend('PROTOCOL_ERROR', 'too many requests before session.authenticate');
    }
    if (state.busy) {
      const error = new WireError('INVALID_REQUEST', 'an authentication is under way already');
      this.#peer.send(encodeError(request.id, error));
      return this.#offend('PROTOCOL_ERROR', 'too many authentications at once');
    }
    state.busy = true;
    state.cancel();
    void this.#begin(request, request.method).catch((error: unknown) =>
      this.#refuse(request, error),
    );
  }

  async #begin(request: Request, method: Beginning): Promise<void> {
    const { world } = this.#parts;
    const entered = await this.#enter(method, request.params);
    if (entered === null || this.#attachment.ended) return;
    const { session, organization, instance, seq, parts, resync, restored } = entered;
    this.#state = { status: 'active', session, organization, confirmed: false };
    const start = await sessionStart(world, organization, session, seq);
    if (this.#attachment.ended) return;
    // Not before it goes out: a token that nobody got would make a thief of who comes again.
    const result = { ...start, resumeToken: world.tokens.issue(session.id, instance) };
    const targets = targetsOf(world, session);
    const answer = method === 'session.resume' ? { ...result, resync, restored, targets } : result;
    world.recorder.changed(session);
    this.#attachment.welcome(encodeResult(request.id, answer), parts);
    this.#peer.setInVoice(session.memberships.size > 0);
    this.#peer.authenticated(session);
    if (method === 'session.resume') world.plane.repeatDownlink(session.id);
  }

  async #enter(method: Beginning, given: unknown): Promise<Entered | null> {
    const { dispatcher, entrance } = this.#parts;
    const accepted = dispatcher.accept(method, given);
    // The schema of the very method has accepted them.
    if (method === 'session.resume') {
      const params = accepted as MethodParams<'session.resume'>;
      return this.#inTurn('resume', () => entrance.resume(this.#attachment, this.#peer, params));
    }
    const params = accepted as MethodParams<'session.authenticate'>;
    return this.#inTurn('login', () => entrance.authenticate(this.#attachment, this.#peer, params));
  }

  /** Who is turned away while it waits comes to nothing: its attachment could never let go again. */
  #inTurn(kind: AdmissionKind, enter: () => Promise<Entered | null>): Promise<Entered | null> {
    return this.#parts.admission.admit(kind, async () => (this.#attachment.ended ? null : enter()));
  }

  /** The first message after the welcome shows that the client got its token. */
  #confirm(): void {
    const state = this.#state;
    if (state.status !== 'active' || state.confirmed || !this.#attachment.welcomed) return;
    state.confirmed = true;
    this.#parts.world.tokens.confirm(state.session.id);
    this.#parts.world.recorder.changed(state.session);
  }

  #refuse(request: Request, error: unknown): void {
    if (this.#attachment.ended) return;
    const { log } = this.#parts.world.dependencies;
    const refusal =
      error instanceof WireError
        ? error
        : new WireError('INTERNAL_ERROR', 'the server failed; its log has the cause');
    if (!(error instanceof WireError)) log.error('a session could not begin', { error });
    this.#peer.send(encodeError(request.id, refusal));
    if (refusal.code === 'TOKEN_REUSED') {
      return this.#attachment.close('TOKEN_REUSED', refusal.message);
    }
    const state = this.#state;
    if (state.status !== 'authenticating' || this.#attachment.attached) {
      return this.#attachment.close('INTERNAL_ERROR', 'the session could not begin');
    }
    state.busy = false;
    state.failures += 1;
    if (state.failures >= MAX_FAILED_SIGN_INS) {
      const reason = wireErrors[refusal.code].retryable ? 'RATE_LIMITED' : 'AUTHENTICATION_FAILED';
      return this.#turnAway(reason, 'too many failed authentications');
    }
    state.cancel = this.#limitAuthentication();
  }

  /** Ends a connection that has no session; what it was about to get it does not get. */
  #turnAway(reason: CloseReason, detail: string): void {
    this.#attachment.end(detail);
    this.#peer.close(reason, detail);
  }

  #limitAuthentication(): CancelTimer {
    const { clock, options } = this.#parts.world.dependencies;
    return clock.after(options.authenticationTimeoutMs, () => {
      this.#turnAway('AUTHENTICATION_TIMEOUT', 'session.authenticate did not come in time');
    });
  }

  #offend(reason: 'PROTOCOL_ERROR' | 'RATE_LIMITED', detail: string): void {
    this.#offences += 1;
    if (this.#offences <= MAX_OFFENCES) return;
    if (this.#state.status !== 'active') this.#turnAway(reason, detail);
    // Who goes too fast may come back to its session; who breaks the protocol may not.
    else if (reason === 'RATE_LIMITED') this.#attachment.close(reason, detail);
    else {
      const { sessions } = this.#parts.world;
      sessions.close(this.#state.session, 'disconnected', detail, reason);
    }
  }
}

type Beginning = 'session.authenticate' | 'session.resume';

function isBeginning(method: string): method is Beginning {
  return method === 'session.authenticate' || method === 'session.resume';
}

function targetsOf({ plane }: World, { id }: Session): MethodResult<'session.resume'>['targets'] {
  return plane.targets(id).map(({ target, source, handles }) => ({ target, source, handles }));
}
