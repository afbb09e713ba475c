import {
  createValidator,
  secretNotifications,
  serverMethods,
  WireError,
  type MethodResult,
  type Validator,
} from '@sidetone/protocol';
import type { OpusFrame } from '../audio/opus-frame.js';
import type { KeyIntake } from '../key/key-intake.js';
import { KeyFetcher } from '../key/key-fetcher.js';
import { KeyRing } from '../key/key-ring.js';
import type { StateChange } from '../state/apply-state-event.js';
import type { Directory } from '../state/directory.js';
import type { OrganizationState } from '../state/organization-state.js';
import { StateStream } from '../state/state-stream.js';
import type { TransmissionBook } from '../state/transmission-book.js';
import type { MuteGate } from '../talk/mute-gate.js';
import { TalkRegistry } from '../talk/talk-registry.js';
import type { TalkSource } from '../talk/talk-source.js';
import { FrameIntake } from '../voice/frame-intake.js';
import { VoicePaths } from '../voice/voice-paths.js';
import { announceChange } from './announce-change.js';
import type { Announce } from './client-events.js';
import type { ResolvedClientOptions } from './client-options.js';
import type { Connection } from './connection.js';
import { Counters } from './counters.js';
import type { Platform } from './platform.js';
import { SignalRouter } from './signal-router.js';

/** What the client has for every session in turn. */
export interface SessionSurroundings {
  readonly options: ResolvedClientOptions;
  readonly platform: Platform;
  readonly state: OrganizationState;
  readonly directory: Directory;
  readonly transmissions: TransmissionBook;
  readonly gate: MuteGate;
  readonly announce: Announce;
  /** What a callback of the app threw. */
  readonly report: (event: string, cause: unknown) => void;
  readonly talkSource: (name: string) => TalkSource;
  readonly hear: (frame: OpusFrame) => void;
}

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

/** One authenticated session: it owns the keys, the paths and the targets, and sorts what arrives. */
export class Session {
  readonly id: string;
  readonly counters: Counters = new Counters();
  readonly paths: VoicePaths;
  readonly talk: TalkRegistry;
  readonly #parts: SessionParts;
  readonly #stream: StateStream;
  readonly #keys: KeyRing;
  readonly #fetcher: KeyFetcher;
  readonly #intake: FrameIntake;
  readonly #signals: SignalRouter;
  #closed = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { signIn, surroundings } = parts;
    this.id = signIn.session;
    this.#fetcher = new KeyFetcher(surroundings.options.clock, (route) => this.#fetchKeys(route));
    this.#keys = this.#createKeyRing();
    this.#intake = this.#createIntake();
    this.paths = this.#createPaths();
    this.talk = this.#createTalk();
    this.#signals = this.#createSignals();
    this.#stream = new StateStream(surroundings.state, signIn.seq, {
      snapshotCompleted: () => parts.snapshotCompleted(),
      changed: (change) => this.#changed(change),
      inconsistent: (name) => this.#rejected(`"${name}" names something unknown`),
    });
    for (const keys of signIn.keys) this.#keys.install(keys);
    surroundings.transmissions.load(signIn.transmissions);
  }

  get keys(): KeyIntake {
    return this.#keys;
  }

  get rpc(): Connection['rpc'] {
    return this.#parts.connection.rpc;
  }

  /** Frames that were dropped, either way, by reason. */
  dropped(): Readonly<Record<string, number>> {
    return {
      ...this.counters.toObject(),
      heldInVain: this.#intake.heldInVain,
      uplinkTooSlow: this.paths.uplinkDropped,
    };
  }

  /** A thrown `VoiceError` says that the state can no longer be trusted. */
  notification(name: string, params: Readonly<Record<string, unknown>>): void {
    if (StateStream.isStateEvent(name)) return this.#stream.apply(name, params);
    if (SignalRouter.isSignal(name)) return this.#signals.route(name, params);
    switch (name) {
      case 'snapshotPart':
        return this.#stream.addPart(params);
      case 'keys.activate':
        return this.#keys.activate(check(name, secretValidators[name], params));
      case 'keys.senders':
        return this.#keys.addSenders(check(name, secretValidators[name], params));
      default:
        this.#stream.passOver(params);
        this.#parts.surroundings.announce('unknownEvent', { name, params });
    }
  }

  request(method: string, params: unknown): unknown {
    if (method !== 'keys.install') {
      throw new WireError('METHOD_NOT_FOUND', `the client has no method "${method}"`);
    }
    this.#keys.install(check(method, secretValidators[method], params));
    return {};
  }

  close(): void {
    this.#closed = true;
    this.talk.close();
    this.paths.close();
    this.#fetcher.close();
    this.#keys.close();
  }

  #changed(change: StateChange): void {
    const { directory, announce } = this.#parts.surroundings;
    const isOwn =
      (change.kind === 'membershipChanged' || change.kind === 'participantUpdated') &&
      change.participant.view.session === this.id;
    if (change.kind === 'membershipChanged' && isOwn && change.membership === null) {
      this.#leftChannel(change.channel.view.id);
    }
    if (change.kind === 'channelDeleted') this.#leftChannel(change.channel.view.id);
    if (isOwn) this.talk.mutesChanged();
    announceChange(change, directory, announce);
  }

  #leftChannel(channelId: string): void {
    this.#keys.forgetChannel(channelId);
    this.#parts.surroundings.gate.intendOn(channelId, false);
  }

  #createKeyRing(): KeyRing {
    const { platform, options } = this.#parts.surroundings;
    return new KeyRing(platform.createCipher(), options.clock, {
      changed: (routeHandle) => this.#intake.retry(routeHandle),
      missing: (routeId) => this.#fetcher.want(routeId),
    });
  }

  #createIntake(): FrameIntake {
    const { options, hear, transmissions, report } = this.#parts.surroundings;
    return new FrameIntake({
      keys: this.#keys,
      clock: options.clock,
      count: this.counters.count,
      keysMissing: (routeId) => this.#fetcher.want(routeId),
      failed: (cause) => report('cipher', cause),
      deliver: (frame) => {
        transmissions.frameHeard(frame.source);
        hear(frame);
      },
    });
  }

  #createPaths(): VoicePaths {
    const { options, platform, announce } = this.#parts.surroundings;
    const { connection } = this.#parts;
    return new VoicePaths({
      clock: options.clock,
      serverHost: options.serverHost,
      transports: options.transports,
      openUdpPath: platform.openUdpPath,
      sendBinary: (message) => connection.sendBinary(message),
      requestDownlink: (downlink) => {
        connection.rpc
          .call('voice.setPath', { downlink })
          .catch((error: unknown) => this.#rejected(`"voice.setPath" failed: ${String(error)}`));
      },
      listener: {
        media: (body) => this.#intake.receive(body),
        count: this.counters.count,
        uplinkChanged: (path) => announce('voicePathChanged', { direction: 'up', path }),
        downlinkChanged: (path) => announce('voicePathChanged', { direction: 'down', path }),
        failed: (path, message) => announce('voicePathFailed', { path, message }),
      },
    });
  }

  #createTalk(): TalkRegistry {
    const { options, gate, talkSource, report } = this.#parts.surroundings;
    return new TalkRegistry({
      clock: options.clock,
      keys: this.#keys,
      commands: this.#parts.connection.rpc,
      gate,
      source: talkSource,
      send: (body, priority, durationMs) => this.paths.send(body, priority, durationMs),
      keyMissing: (routeId) => {
        this.counters.count('keyMissing');
        if (this.#keys.byId(routeId)) this.#fetcher.want(routeId);
      },
      failed: (cause) => report('cipher', cause),
      report: (cause) => report('audioSource', cause),
    });
  }

  #createSignals(): SignalRouter {
    const { directory, transmissions, announce } = this.#parts.surroundings;
    return new SignalRouter({
      directory,
      transmissions,
      announce,
      targetOf: (handle) => this.talk.targetOf(handle),
      tick: (seq) => this.#stream.checkTick(seq),
      downlinkIs: (downlink) => this.paths.downlinkIs(downlink),
      rejected: (message) => this.#rejected(message),
    });
  }

  #fetchKeys(route: string): void {
    this.#parts.connection.rpc
      .call('keys.fetch', { route }, ({ keys }) => {
        for (const routeKeys of keys) this.#keys.install(routeKeys);
      })
      .catch((error: unknown) => this.#rejected(`"keys.fetch" failed: ${String(error)}`));
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
