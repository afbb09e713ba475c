import { WireError, type MethodParams } from '@sidetone/protocol';
import type { ControlPeer } from '../contracts/control-transport.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import type { Incomer } from '../session/resume-tokens.js';
import type { Session } from '../session/session.js';
import { requireRoom, requireUnrevoked, requireWelcome } from './admittance.js';
import { loadAccess, signIn, type SignIn } from './authentication.js';
import type { ControlAttachment } from './control-attachment.js';
import { ControlOutlet } from './control-outlet.js';
import { SessionRestorer } from './session-restorer.js';
import { takeSnapshot } from './snapshot.js';
import { ViewTexts } from './view-texts.js';

/**
 * Of a snapshot, in resumes that need none: of a thousand participants it takes tens of
 * milliseconds. Another session costs as much, and one more for each channel that it takes along.
 */
const SNAPSHOT_COST = 25;

/** A connection that has its session: what is to follow the answer. */
export interface Entered {
  readonly session: Session;
  readonly organization: Organization;
  readonly instance: string;
  /** Number of the newest state event at this moment. */
  readonly seq: number;
  /** The snapshot as of `seq`, or the events up to it that the client lacks. */
  readonly parts: readonly string[];
  /** Whether `parts` is a snapshot. */
  readonly resync: boolean;
  /** Whether the client knows the session from another process. */
  readonly restored: boolean;
}

/** The session that a resume leads to. */
interface Found {
  readonly session: Session;
  readonly organization: Organization;
  readonly incomer: Incomer;
}

/**
 * Joins connections to sessions: new ones, and those that their clients come back to. Each method
 * attaches in the turn that decides, and gives `null` where the connection has ended before it.
 */
export class Entrance {
  readonly #world: World;
  readonly #isOpen: () => boolean;
  readonly #outlets = new WeakMap<Session, ControlOutlet>();
  readonly #restorer: SessionRestorer;
  readonly #texts: ViewTexts;

  /** `isOpen`: whether the server still takes sessions. */
  constructor(world: World, isOpen: () => boolean) {
    this.#world = world;
    this.#isOpen = isOpen;
    this.#texts = new ViewTexts(world.dependencies.hooks);
    this.#restorer = new SessionRestorer(world, (signedIn, peer) => {
      this.#requireOpen();
      return this.#open(signedIn, peer, true);
    });
  }

  /** Throws `WireError`. */
  async authenticate(
    attachment: ControlAttachment,
    peer: ControlPeer,
    params: MethodParams<'session.authenticate'>,
  ): Promise<Entered | null> {
    this.#requireOpen();
    const { dependencies, registry, revocations } = this.#world;
    const { mark } = revocations;
    const signedIn = await signIn(dependencies, registry, params, peer.remoteAddress);
    if (attachment.ended) return null;
    this.#requireOpen();
    requireUnrevoked(revocations, signedIn.identity, mark);
    requireRoom(signedIn.organization);
    const session = this.#open(signedIn, peer);
    this.#attach(attachment, session);
    return this.#withSnapshot(signedIn.organization, session, params.instance);
  }

  /** Throws `WireError`: SESSION_UNKNOWN, TOKEN_REUSED, RATE_LIMITED, or what refuses another instance. */
  async resume(
    attachment: ControlAttachment,
    peer: ControlPeer,
    params: MethodParams<'session.resume'>,
  ): Promise<Entered | null> {
    if (this.#restorer.mayKnow(params.token)) {
      await this.#restorer.restore(params.token, peer);
      if (attachment.ended) return null;
    }
    const found = this.#find(attachment, peer, params);
    if (found === null) return null;
    this.#charge(found, params);
    if (found.incomer !== 'another') return this.#goOn(attachment, peer, found, params);
    const { organization, session } = found;
    const admitted = { organization, identity: session.identity };
    const signedIn = await loadAccess(this.#world.dependencies, admitted);
    if (attachment.ended) return null;
    // Anything may have happened meanwhile: a kick, the end, another resume with this token.
    const again = this.#find(attachment, peer, params);
    if (again === null) return null;
    if (again.incomer !== 'another') return this.#goOn(attachment, peer, again, params);
    return this.#takeOver(attachment, peer, again, signedIn, params.instance);
  }

  #requireOpen(): void {
    if (!this.#isOpen()) throw new WireError('SHUTTING_DOWN', 'the server stops');
  }

  /** `null`: the connection has been told why it is over. */
  #find(
    attachment: ControlAttachment,
    { remoteAddress }: ControlPeer,
    { token, instance }: MethodParams<'session.resume'>,
  ): Found | null {
    this.#requireOpen();
    const { tokens, registry, sessions } = this.#world;
    const redemption = tokens.redeem(token, instance);
    if (redemption.status === 'ended') {
      attachment.close(redemption.reason, redemption.detail);
      return null;
    }
    const sessionId = redemption.status === 'unknown' ? null : redemption.sessionId;
    const session = sessionId === null ? undefined : registry.session(sessionId);
    if (redemption.status === 'reused') {
      const detail = 'a resume token came that was spent: two have known it';
      if (session) sessions.close(session, 'disconnected', detail, 'TOKEN_REUSED');
      throw new WireError('TOKEN_REUSED', 'the token was spent already; sign in anew');
    }
    const organization = session && registry.find(session.organizationId);
    if (redemption.status === 'unknown' || !session || !organization) {
      throw new WireError('SESSION_UNKNOWN', 'no session goes with the token; sign in anew');
    }
    requireWelcome(registry, { organization, identity: session.identity }, remoteAddress);
    return { session, organization, incomer: redemption.incomer };
  }

  /** Everybody who sees the session is told of each resume. Throws `WireError` RATE_LIMITED. */
  #charge({ session, incomer }: Found, { lastSeq }: MethodParams<'session.resume'>): void {
    const keeps = lastSeq !== null && this.#outlets.get(session)?.keeps(lastSeq) === true;
    const taken = incomer === 'another' ? session.memberships.size : 0;
    const cost = keeps && incomer === 'same' ? 1 : SNAPSHOT_COST + taken;
    const waitMs = this.#world.tokens.charge(session.id, cost);
    if (waitMs === 0) return;
    throw new WireError('RATE_LIMITED', `resumed too often; wait ${waitMs} ms`, {
      retryAfterMs: waitMs,
    });
  }

  /** The client is back in its session. */
  #goOn(
    attachment: ControlAttachment,
    { remoteAddress }: ControlPeer,
    { session, organization, incomer }: Found,
    { instance, lastSeq }: MethodParams<'session.resume'>,
  ): Entered {
    session.remoteAddress = remoteAddress;
    const outlet = this.#attach(attachment, session);
    this.#world.sessions.resume(session);
    // A client that never got an answer from this session has no number of it.
    const known = incomer === 'same' ? lastSeq : null;
    const parts = known === null ? null : outlet.since(known);
    if (parts === null) {
      const restored = session.restored && incomer === 'sameUnanswered';
      return { ...this.#withSnapshot(organization, session, instance), restored };
    }
    const went = { session, organization, instance, seq: outlet.seq, parts };
    return { ...went, resync: false, restored: false };
  }

  /** Another client of the user goes on in a session of its own. */
  #takeOver(
    attachment: ControlAttachment,
    peer: ControlPeer,
    { session: old, organization }: Found,
    signedIn: SignIn,
    instance: string,
  ): Entered {
    const { sessions, tokens } = this.#world;
    const session = this.#open(signedIn, peer);
    tokens.handOver(old.id, session.id, instance);
    sessions.replace(organization, old, session);
    // Not before: what has happened so far is in the snapshot.
    this.#attach(attachment, session);
    return this.#withSnapshot(organization, session, instance);
  }

  #open(
    signedIn: SignIn,
    { transport, remoteAddress }: ControlPeer,
    restored: boolean = false,
  ): Session {
    const { registry, sessions } = this.#world;
    const { sessionId: id, organization, identity, access } = signedIn;
    requireWelcome(registry, signedIn, remoteAddress);
    const outlet = new ControlOutlet(id);
    const seed = { id, identity, access, outlet, transport, remoteAddress, restored };
    const session = sessions.open(organization, seed);
    this.#outlets.set(session, outlet);
    return session;
  }

  #attach(attachment: ControlAttachment, session: Session): ControlOutlet {
    const outlet = this.#outlets.get(session);
    if (!outlet) throw new Error(`session ${session.id} did not come in over a connection`);
    outlet.attach(attachment, (detail) => this.#world.sessions.detach(session, detail));
    return outlet;
  }

  /** Number and snapshot belong together: what happens from here on is an event behind them. */
  #withSnapshot(organization: Organization, session: Session, instance: string): Entered {
    const seq = this.#outlets.get(session)?.seq ?? 0;
    const patches = this.#world.patches.publisher.texts(session);
    const parts = takeSnapshot(organization, session, this.#texts, patches);
    return { session, organization, instance, seq, parts, resync: true, restored: false };
  }
}
