import {
  createValidator,
  secretNotifications,
  serverMethods,
  WireError,
  type MethodResult,
  type Validator,
} from '@sidetone/protocol';
import type { StateChange } from '../state/apply-state-event.js';
import { StateStream } from '../state/state-stream.js';
import { announceChange } from './announce-change.js';
import type { Connection } from './connection.js';
import type { SessionSurroundings } from './session-surroundings.js';
import { SessionVoice } from './session-voice.js';
import { SignalRouter } from './signal-router.js';

export interface SessionParts {
  readonly surroundings: SessionSurroundings;
  readonly connection: Connection;
  readonly signIn: MethodResult<'session.authenticate'>;
  readonly snapshotCompleted: () => void;
}

const secretValidators = {
  'keys.activate': createValidator(secretNotifications['keys.activate']),
  'keys.senders': createValidator(secretNotifications['keys.senders']),
  'keys.install': createValidator(serverMethods['keys.install'].params),
};

/** One authenticated session: it keeps the state, and sorts what arrives. */
export class Session {
  readonly id: string;
  readonly voice: SessionVoice;
  readonly #parts: SessionParts;
  readonly #stream: StateStream;
  readonly #signals: SignalRouter;
  #closed = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { signIn, surroundings, connection } = parts;
    this.id = signIn.session;
    const rejected = (message: string): void => this.#rejected(message);
    this.voice = new SessionVoice({ surroundings, connection, rejected });
    this.#signals = this.#createSignals();
    this.#stream = new StateStream(surroundings.state, signIn.seq, {
      snapshotCompleted: () => parts.snapshotCompleted(),
      changed: (change) => this.#changed(change),
      inconsistent: (name) => this.#rejected(`"${name}" names something unknown`),
    });
    for (const keys of signIn.keys) this.voice.install(keys);
    surroundings.transmissions.load(signIn.transmissions);
  }

  get rpc(): Connection['rpc'] {
    return this.#parts.connection.rpc;
  }

  /** A thrown `VoiceError` says that the state can no longer be trusted. */
  notification(name: string, params: Readonly<Record<string, unknown>>): void {
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
        this.#stream.passOver(params);
        this.#parts.surroundings.announce('unknownEvent', { name, params });
    }
  }

  request(method: string, params: unknown): unknown {
    if (method !== 'keys.install') {
      throw new WireError('METHOD_NOT_FOUND', `the client has no method "${method}"`);
    }
    this.voice.install(check(method, secretValidators[method], params));
    return {};
  }

  close(): void {
    this.#closed = true;
    this.voice.close();
  }

  #changed(change: StateChange): void {
    const { directory, announce } = this.#parts.surroundings;
    const isOwn =
      (change.kind === 'membershipChanged' || change.kind === 'participantUpdated') &&
      change.participant.view.session === this.id;
    if (change.kind === 'membershipChanged' && isOwn && change.membership === null) {
      this.voice.leftChannel(change.channel.view.id);
    }
    if (change.kind === 'channelDeleted') this.voice.leftChannel(change.channel.view.id);
    if (change.kind === 'participantLeft') {
      this.voice.participantLeft(change.participant.view.session);
    }
    if (isOwn) this.voice.talk.mutesChanged();
    announceChange(change, directory, announce);
  }

  #createSignals(): SignalRouter {
    const { directory, transmissions, announce } = this.#parts.surroundings;
    return new SignalRouter({
      directory,
      transmissions,
      announce,
      targetOf: (handle) => this.voice.talk.targetOf(handle),
      tick: (seq) => this.#stream.checkTick(seq),
      downlinkIs: (downlink) => this.voice.paths.downlinkIs(downlink),
      rejected: (message) => this.#rejected(message),
    });
  }

  #rejected(message: string): void {
    if (this.#closed) return;
    this.#parts.surroundings.announce('messageRejected', { message });
  }
}

function check<T>(name: string, validator: Validator<T>, params: unknown): T {
  const validation = validator.validate(params);
  if (validation.ok) return validation.value;
  throw new WireError('INVALID_PARAMS', `"${name}" is off its schema: ${validation.message}`, {
    details: { path: validation.path },
  });
}
