import {
  encodeError,
  encodeNotification,
  encodeResult,
  methods,
  parseEnvelope,
  permissions,
  WireError,
  type Envelope,
  type Hello,
  type MethodParams,
  type MethodResult,
  type VoiceOffer,
} from '@sidetone/protocol';
import type { CancelTimer } from '../contracts/clock.js';
import type { ControlConnection, ControlPeer } from '../contracts/control-transport.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import type { Session } from '../session/session.js';
import type { Admission } from './admission-queue.js';
import { signIn } from './authentication.js';
import { ControlOutlet } from './control-outlet.js';
import type { RequestDispatcher } from './request-dispatcher.js';
import { takeSnapshot } from './snapshot.js';

/** Messages that are malformed, too long or over the budget, less proper requests: it survives these. */
const MAX_OFFENCES = 64;
const MAX_FAILED_SIGN_INS = 5;

type State =
  | { readonly status: 'authenticating'; busy: boolean; failures: number; cancel: CancelTimer }
  | {
      readonly status: 'active';
      readonly session: Session;
      readonly organization: Organization;
      readonly outlet: ControlOutlet;
    }
  | { readonly status: 'closed' };

interface ControlSessionParts {
  readonly world: World;
  readonly dispatcher: RequestDispatcher;
  readonly hello: Hello;
  readonly accepting: () => boolean;
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
  #offences = 0;
  #state: State;

  constructor(parts: ControlSessionParts, peer: ControlPeer) {
    this.#parts = parts;
    this.#peer = peer;
    const { clock, options } = parts.world.dependencies;
    const cancel = clock.after(options.authenticationTimeoutMs, () => {
      peer.close('AUTHENTICATION_TIMEOUT', 'session.authenticate did not come in time');
    });
    this.#state = { status: 'authenticating', busy: false, failures: 0, cancel };
    peer.send(encodeNotification('hello', parts.hello));
  }

  get session(): Session | null {
    return this.#state.status === 'active' ? this.#state.session : null;
  }

  tick(): void {
    if (this.#state.status !== 'active') return;
    this.#peer.setInVoice(this.#state.session.memberships.size > 0);
    this.#state.outlet.tick();
  }

  message(text: string): void {
    if (this.#state.status === 'closed') return;
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
        if (this.#state.status === 'active' && this.#state.outlet.answered(envelope)) return;
        return this.#offend('PROTOCOL_ERROR', 'too many answers that nobody asked for');
      case 'notification':
        this.#parts.world.dependencies.metrics.counter('control.ignored', 'notification').add();
        return this.#offend('PROTOCOL_ERROR', 'too many notifications; a client has none to send');
    }
  }

  drained(): void {
    if (this.#state.status === 'active') this.#state.outlet.pump();
  }

  closed(detail: string): void {
    const state = this.#state;
    this.#state = { status: 'closed' };
    if (state.status === 'authenticating') state.cancel();
    if (state.status === 'active') {
      state.outlet.ended();
      this.#parts.world.sessions.close(state.session, 'disconnected', detail);
    }
    this.#parts.onEnd();
  }

  /** Ends a connection that has no session, or the session with all it holds. */
  shutDown(): void {
    if (this.#state.status === 'active') {
      const { session } = this.#state;
      this.#parts.world.sessions.close(session, 'shutdown', 'the server stops', 'SHUTTING_DOWN');
    } else {
      this.#peer.close('SHUTTING_DOWN', 'the server stops');
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
    const { organization, session, outlet } = state;
    void this.#parts.dispatcher
      .answer(organization, session, request)
      .then((answer) => outlet.answer(answer));
  }

  #beforeSession(request: Request, state: Extract<State, { status: 'authenticating' }>): void {
    if (request.method !== 'session.authenticate') {
      const known = Object.hasOwn(methods, request.method);
      const error = known
        ? new WireError('NOT_AUTHENTICATED', 'session.authenticate has to come first')
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
    void this.#authenticate(request).catch((error: unknown) => this.#refuse(request, error));
  }

  async #authenticate(request: Request): Promise<void> {
    const { world, dispatcher, accepting } = this.#parts;
    const accepted = dispatcher.accept(request.method, request.params);
    if (!accepting()) throw new WireError('SHUTTING_DOWN', 'the server stops');
    const params = accepted as MethodParams<'session.authenticate'>;
    const { remoteAddress, transport } = this.#peer;
    const signedIn = await signIn(world.dependencies, world.registry, params, remoteAddress);
    if (this.#state.status !== 'authenticating') return;
    if (!accepting()) throw new WireError('SHUTTING_DOWN', 'the server stops');
    const { sessionId: id, organization, identity, access } = signedIn;
    const outlet = new ControlOutlet(this.#peer, world.dependencies.clock, id);
    const { session, offers } = world.sessions.open(organization, {
      id,
      identity,
      access,
      outlet,
      transport,
    });
    this.#state = { status: 'active', session, organization, outlet };
    // Number and snapshot belong together: what happens from here on is an event behind it.
    const { seq } = outlet;
    const snapshot = takeSnapshot(organization, session, world.dependencies.hooks);
    const result = await this.#welcome(session, organization, offers, seq);
    if (session.status !== 'active') return;
    outlet.welcome(encodeResult(request.id, result), snapshot);
    this.#peer.authenticated(session);
  }

  async #welcome(
    session: Session,
    organization: Organization,
    offers: readonly VoiceOffer[],
    seq: number,
  ): Promise<MethodResult<'session.authenticate'>> {
    const { plane } = this.#parts.world;
    const { userId, displayName, guest } = session.identity;
    return {
      session: session.id,
      user: { id: userId, name: displayName, guest },
      organization: { id: organization.id, name: organization.name },
      permissions: permissionsOf(session),
      voice: [...offers],
      keys: [...(await plane.keys(session.id))],
      transmissions: [...plane.transmissions(session.id)],
      seq,
    };
  }

  #refuse(request: Request, error: unknown): void {
    const { log } = this.#parts.world.dependencies;
    const refusal =
      error instanceof WireError
        ? error
        : new WireError('INTERNAL_ERROR', 'the server failed; its log has the cause');
    if (!(error instanceof WireError)) log.error('authentication failed', { error });
    this.#peer.send(encodeError(request.id, refusal));
    if (this.#state.status === 'active') {
      const { session } = this.#state;
      const detail = 'the session could not be opened';
      return this.#parts.world.sessions.close(session, 'disconnected', detail, 'INTERNAL_ERROR');
    }
    if (this.#state.status !== 'authenticating') return;
    this.#state.busy = false;
    this.#state.failures += 1;
    if (this.#state.failures >= MAX_FAILED_SIGN_INS) {
      return this.#peer.close('AUTHENTICATION_FAILED', 'too many failed authentications');
    }
    const { clock, options } = this.#parts.world.dependencies;
    this.#state.cancel = clock.after(options.authenticationTimeoutMs, () => {
      this.#peer.close('AUTHENTICATION_TIMEOUT', 'session.authenticate did not come in time');
    });
  }

  #offend(reason: 'PROTOCOL_ERROR' | 'RATE_LIMITED', detail: string): void {
    this.#offences += 1;
    if (this.#offences <= MAX_OFFENCES) return;
    if (this.#state.status === 'active') this.#state.outlet.close(reason, detail);
    else this.#peer.close(reason, detail);
  }
}

/** Those that hold for the organization as a whole; a channel may allow or deny others. */
function permissionsOf(session: Session): string[] {
  return permissions.filter((permission) => session.access.allows(permission, {}));
}
