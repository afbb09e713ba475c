import {
  createValidator,
  secretNotifications,
  serverMethods,
  WireError,
  type MethodResult,
  type RouteKeys,
  type Validator,
} from '@sidetone/protocol';
import type { CommandPort } from '../control/command-port.js';
import type { Carrier, VoiceSession } from '../media/voice-session.js';
import { heardNets } from '../patch/heard-nets.js';
import type { StateChange } from '../state/apply-state-event.js';
import { StateStream } from '../state/state-stream.js';
import { announceChange } from './announce-change.js';
import type { SessionSurroundings } from './session-surroundings.js';
import { SignalRouter } from './signal-router.js';
import { voiceListener } from './voice-listener.js';

export interface SessionOwner {
  /** The first snapshot has come; what it changes is told right behind. */
  snapshotArrived(session: Session): void;
  /** The state is that of now, for the first time or again. */
  caughtUp(session: Session): void;
}

export interface SessionParts {
  readonly surroundings: SessionSurroundings;
  readonly commands: CommandPort;
  readonly carrier: Carrier;
  readonly owner: SessionOwner;
  readonly signIn: MethodResult<'session.authenticate'>;
  /** As given at the sign-in. */
  readonly instance: string;
  /** Whether it takes the place of a lost session: the app is told how the state differs. */
  readonly replacesLost: boolean;
}

/** What it takes to go on with a session on another connection. */
export interface ResumeClaim {
  readonly token: string;
  readonly instance: string;
  /** Of the last event applied; `null` while there is no whole state that events could follow. */
  readonly lastSeq: number | null;
}

const secretValidators = {
  'keys.activate': createValidator(secretNotifications['keys.activate']),
  'keys.senders': createValidator(secretNotifications['keys.senders']),
  'keys.install': createValidator(serverMethods['keys.install'].params),
};

/** One authenticated session, whatever connections carry it: it sorts what arrives and keeps the state. */
export class Session {
  readonly id: string;
  readonly voice: VoiceSession;
  readonly #parts: SessionParts;
  readonly #stream: StateStream;
  readonly #signals: SignalRouter;
  #token: string | null;
  /** The state is that of now when this number is applied; `null` while it is. */
  #awaitedSeq: number | null;
  #answeredKeys: readonly RouteKeys[] = [];
  /** What an answer said when the state was not that of then; `null`: it is known. */
  #answeredPermissions: readonly string[] | null = null;
  #stateDoubtful = false;
  #closed = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { signIn, surroundings, carrier, replacesLost } = parts;
    this.id = signIn.session;
    this.#token = signIn.resumeToken;
    this.#awaitedSeq = signIn.seq;
    const listener = voiceListener({
      surroundings,
      commands: parts.commands,
      keys: () => this.voice,
      rejected: (message) => this.#rejected(message),
    });
    this.voice = surroundings.media.openSession({ carrier, listener });
    this.#signals = this.#createSignals();
    this.#stream = this.#createStream(signIn.seq);
    for (const keys of signIn.keys) this.voice.install(keys);
    if (replacesLost) {
      this.#answeredPermissions = signIn.permissions;
      surroundings.transmissions.expect(signIn.transmissions);
    } else {
      surroundings.state.permissions = signIn.permissions;
      surroundings.transmissions.load(signIn.transmissions);
    }
  }

  /** As given at the sign-in. */
  get instance(): string {
    return this.#parts.instance;
  }

  /** `null` once the session is lost. */
  get claim(): ResumeClaim | null {
    if (this.#token === null) return null;
    const { seq, whole } = this.#stream;
    const lastSeq = whole && !this.#stateDoubtful ? seq : null;
    return { token: this.#token, instance: this.#parts.instance, lastSeq };
  }

  /** Another connection carries it from now on. `caughtUp` follows, or is due with `catchUp`. */
  resumed(answer: MethodResult<'session.resume'>): void {
    this.#token = answer.resumeToken;
    this.#awaitedSeq = answer.seq;
    this.#stateDoubtful = false;
    if (answer.resync) this.#stream.restart(answer.seq);
    this.#answeredKeys = answer.keys;
    this.#answeredPermissions = answer.permissions;
    this.voice.installAll(answer.keys);
    this.#parts.surroundings.transmissions.expect(answer.transmissions);
  }

  /** Tells whether nothing was missed at all. */
  catchUp(): void {
    this.#advanced(this.#stream.seq);
  }

  /** The next resume is to bring a snapshot, because an event could not be used. */
  doubtState(): void {
    this.#stateDoubtful = true;
  }

  /** A thrown `VoiceError` says that the state can no longer be trusted. */
  notification(name: string, params: Readonly<Record<string, unknown>>): void {
    if (name === 'participantsAway') return this.#othersAway(params);
    if (StateStream.isStateEvent(name)) return this.#stream.apply(name, params);
    if (SignalRouter.isSignal(name)) return this.#signals.route(name, params);
    switch (name) {
      case 'snapshotPart':
        return this.#stream.addPart(params);
      case 'keys.activate':
        return this.voice.activate(check(name, secretValidators[name], params));
      case 'keys.senders':
        return this.voice.addSenders(check(name, secretValidators[name], params));
      default:
        this.#parts.surroundings.announce('unknownEvent', { name, params });
        this.#stream.passOver(params);
    }
  }

  request(method: string, params: unknown): unknown {
    if (method !== 'keys.install') {
      throw new WireError('METHOD_NOT_FOUND', `the client has no method "${method}"`);
    }
    this.voice.install(check(method, secretValidators[method], params));
    return {};
  }

  /** It is over, or the server has lost it. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#token = null;
    this.voice.close();
  }

  /** The list is the same for many, and may have this session on it, which is here. */
  #othersAway(params: Readonly<Record<string, unknown>>): void {
    const { sessions } = params;
    const others = Array.isArray(sessions) ? sessions.filter((id) => id !== this.id) : sessions;
    if (Array.isArray(others) && others.length === 0) return this.#stream.passOver(params);
    this.#stream.apply('participantsAway', { ...params, sessions: others });
  }

  #changed(change: StateChange): void {
    const { directory, announce, mutesChanged, state, gate } = this.#parts.surroundings;
    const isOwn =
      (change.kind === 'membershipChanged' || change.kind === 'participantUpdated') &&
      change.participant.view.session === this.id;
    if (change.kind === 'membershipChanged' && isOwn && change.membership === null) {
      gate.intendOn(change.channel.view.id, false);
    }
    if (change.kind === 'channelDeleted') gate.intendOn(change.channel.view.id, false);
    if (changesNets(change, isOwn)) this.voice.hears(heardNets(state, this.id));
    if (change.kind === 'participantLeft') {
      this.voice.participantLeft(change.participant.view.session);
    }
    if (isOwn) mutesChanged();
    announceChange(change, directory, announce);
  }

  #advanced(seq: number): void {
    if (this.#awaitedSeq === null || !this.#stream.whole || seq < this.#awaitedSeq) return;
    this.#awaitedSeq = null;
    // A leave among the events caught up on took keys away that a later join had given back.
    for (const keys of this.#answeredKeys) this.voice.install(keys);
    this.#answeredKeys = [];
    this.#settlePermissions();
    this.#parts.surroundings.transmissions.reconcile();
    this.#parts.owner.caughtUp(this);
  }

  /** The news of a change may have been among what a snapshot took the place of. */
  #settlePermissions(): void {
    const { state } = this.#parts.surroundings;
    const permissions = this.#answeredPermissions;
    this.#answeredPermissions = null;
    if (permissions === null || permissions.join() === state.permissions.join()) return;
    state.permissions = permissions;
    this.#changed({ kind: 'permissionsChanged', permissions });
  }

  #createStream(seq: number): StateStream {
    const { surroundings, replacesLost, owner } = this.#parts;
    return new StateStream({
      state: surroundings.state,
      seq,
      tellDifferences: replacesLost,
      listener: {
        snapshotArrived: () => owner.snapshotArrived(this),
        changed: (change) => this.#changed(change),
        advanced: (applied) => this.#advanced(applied),
        inconsistent: (name) => this.#rejected(`"${name}" names something unknown`),
      },
    });
  }

  #createSignals(): SignalRouter {
    const { directory, transmissions, announce, targetOf } = this.#parts.surroundings;
    return new SignalRouter({
      directory,
      transmissions,
      announce,
      targetOf,
      tick: (seq) => this.#stream.checkTick(seq),
      feedback: (feedback) => this.voice.feedback(feedback),
      downlinkIs: (downlink) => this.voice.downlinkIs(downlink),
      rejected: (message) => this.#rejected(message),
    });
  }

  #rejected(message: string): void {
    if (this.#closed) return;
    this.#parts.surroundings.announce('messageRejected', { message });
  }
}

/** Whether it may take away what this client hears. */
function changesNets(change: StateChange, isOwn: boolean): boolean {
  if (change.kind === 'membershipChanged') return isOwn && change.membership === null;
  return ['channelDeleted', 'patchChanged', 'patchEnded'].includes(change.kind);
}

function check<T>(name: string, validator: Validator<T>, params: unknown): T {
  const validation = validator.validate(params);
  if (validation.ok) return validation.value;
  throw new WireError('INVALID_PARAMS', `"${name}" is off its schema: ${validation.message}`, {
    details: { path: validation.path },
  });
}
