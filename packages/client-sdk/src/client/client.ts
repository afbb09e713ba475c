import { methods, type MethodName } from '@sidetone/protocol';
import type { OpusFrame, OpusSink } from '../audio/opus-frame.js';
import type { Playback, PulledPlayback } from '../audio/playback.js';
import type { Access } from '../access/access.js';
import type { Channels } from '../channel/channels.js';
import type { Authentication } from '../control/authentication.js';
import type { Clock } from '../clock/clock.js';
import { clientError } from '../error/client-error.js';
import { Patches } from '../patch/patches.js';
import type { Replay } from '../replay/replay.js';
import type { Participant } from '../state/participant.js';
import { Participants } from '../state/participants.js';
import { TalkDesk } from '../talk/talk-desk.js';
import type { TalkTarget } from '../talk/talk-target.js';
import type { TalkTargetOptions } from '../talk/talk-target-options.js';
import type { VoiceStatus } from '../voice/voice-status.js';
import { Assembly } from './assembly.js';
import { ClientEmitter } from './client-emitter.js';
import type { ClientEventName, ClientEvents, Transmission } from './client-events.js';
import type { ResolvedClientOptions } from './common-options.js';
import type { ClientState } from './client-state.js';
import type { Platform } from './platform.js';
import type { CallableName, CallParams, CallResult } from './plugin-methods.js';

/**
 * A participant of an organization on a Sidetone server. Its state can be read at any time, its
 * events tell of every change, and `close()` is for good.
 */
export class Client<P extends Playback = PulledPlayback> {
  readonly channels: Channels;
  /** What this client may do, and why. */
  readonly access: Access;
  readonly participants: Participants;
  readonly patches: Patches;
  readonly talk: TalkDesk;
  /** What is heard, to be pulled by whoever has the audio clock. */
  readonly playback: P;
  /** What was said in the last minutes, to be heard again. */
  readonly replay: Replay;
  readonly #options: ResolvedClientOptions;
  readonly #emitter: ClientEmitter;
  readonly #assembly: Assembly<P>;
  #state: ClientState = { status: 'disconnected', reason: null };
  #closed: Promise<void> | null = null;

  /** Made by `createClient`. */
  constructor(platform: Platform<P>, options: ResolvedClientOptions) {
    this.#options = options;
    this.#emitter = new ClientEmitter(platform.warn);
    this.#assembly = new Assembly({
      platform,
      options,
      emitter: this.#emitter,
      stateChanged: (state) => this.#enter(state),
    });
    const { access, channels, directory, media, replay, sources, talk, keyboards } = this.#assembly;
    this.channels = channels;
    this.access = access;
    this.participants = new Participants(directory);
    this.patches = new Patches(directory, (...call) => this.#assembly.calls.call(...call));
    this.playback = media.playback;
    this.replay = replay;
    this.talk = new TalkDesk({
      registry: talk,
      source: (name) => sources.get(name),
      keyboards,
    });
  }

  get state(): ClientState {
    return this.#state;
  }

  /** What it measures time with: the `clock` of its options. */
  get clock(): Clock {
    return this.#options.clock;
  }

  /** This client among the participants; `null` while it has no session. */
  get self(): Participant | null {
    return this.#assembly.self;
  }

  /** Who talks now on nets that this client may see. */
  get transmissions(): readonly Transmission[] {
    return this.#assembly.transmissions;
  }

  /** How voice goes; `null` while the client has no session. */
  get voice(): VoiceStatus | null {
    return this.#assembly.keeper.session?.voice.status ?? null;
  }

  /**
   * Connects and signs in; resolves when the state is complete. Rejects with what the server
   * answers (`AUTHENTICATION_FAILED`, `SERVER_FULL`, ...) or with `ERR_CLIENT_CONNECT`: this first
   * attempt is not repeated. Once connected, the client comes back by itself from everything that
   * lets it (see the option `reconnect`). After it has disconnected for good, `connect` may be
   * called again and gives a new session.
   */
  async connect(
    authentication: Authentication | null = this.#options.authentication,
  ): Promise<void> {
    if (
      this.#closed ||
      (this.#state.status !== 'disconnected' && this.#state.status !== 'closed')
    ) {
      const status = this.#closed ? 'closed' : this.#state.status;
      throw clientError('ERR_CLIENT_STATE', `connect() cannot be called while "${status}"`);
    }
    if (authentication === null) {
      throw clientError(
        'ERR_CLIENT_OPTIONS',
        'nobody said how to sign in; pass for instance guest("Ann") to createClient or connect',
      );
    }
    await this.#assembly.keeper.connect(authentication);
  }

  /**
   * The network may be another one now: Wi-Fi came, the laptop woke up. A wait ends and an attempt
   * starts; a connection that does not answer within 1 s is replaced; voice looks for its path
   * anew. Browsers tell by themselves. Harmless at any time.
   */
  hintNetworkChanged(): void {
    this.#assembly.keeper.hintNetworkChanged();
  }

  /**
   * Leaves for good: ends the session on the server, if that can be reached within 1 s, then the
   * connection. Idempotent.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Nobody hears this client any more, from this moment on; back when the server agrees. */
  setMuted(muted: boolean): Promise<void> {
    return this.#assembly.selfMute.setMuted(muted);
  }

  /** This client hears nobody any more. */
  async setDeafened(deafened: boolean): Promise<void> {
    await this.#assembly.calls.call('session.setState', { deafened });
  }

  /** Registers a whisper to users, wherever they are. */
  whisper(
    users: readonly (Participant | string)[],
    options: TalkTargetOptions = {},
  ): Promise<TalkTarget> {
    return this.talk.target({ users }, options);
  }

  /**
   * Calls a method of the server: of the core protocol, or of a plugin (see `PluginMethods`). While
   * the client reconnects calls wait. One that was under way when the connection ended is asked
   * again, and done once: a method of the core always, one of a plugin that `mutates` if its params
   * have a `key`, a fresh UUID. Another one of a plugin rejects then with `ERR_CLIENT_DISCONNECTED`,
   * as every call does whose session is lost.
   *
   * Rejects with what the server answers; with `REQUEST_TIMEOUT` after 10 s on one connection, or
   * 30 s in all; with `ERR_CLIENT_MESSAGE_TOO_LONG` beyond `messageBytes` of the server's limits.
   */
  call<M extends CallableName>(method: M, params: CallParams<M>): Promise<CallResult<M>>;
  call(method: string, params: object): Promise<unknown>;
  async call(method: string, params: object): Promise<unknown> {
    const { calls } = this.#assembly;
    if (!Object.hasOwn(methods, method)) return calls.callUnchecked(method, params);
    return calls.call(method as MethodName, params);
  }

  /** Gives every opened frame to the sink; returns what takes the sink away again. */
  addSink(sink: OpusSink): () => void {
    return this.#assembly.sinks.add(sink);
  }

  /** As `addSink`, with a function. */
  onFrame(listener: (frame: OpusFrame) => void): () => void {
    return this.addSink({ write: listener });
  }

  on<E extends ClientEventName>(event: E, listener: ClientEvents[E]): this {
    this.#emitter.on(event, listener);
    return this;
  }

  once<E extends ClientEventName>(event: E, listener: ClientEvents[E]): this {
    this.#emitter.once(event, listener);
    return this;
  }

  off<E extends ClientEventName>(event: E, listener: ClientEvents[E]): this {
    this.#emitter.off(event, listener);
    return this;
  }

  async #close(): Promise<void> {
    await this.#assembly.keeper.leave();
    this.playback.clear();
    this.#assembly.keyboards.close();
    this.#assembly.media.close();
    this.#setState({ status: 'closed' });
  }

  #enter(state: ClientState): void {
    if (state.status === 'disconnected') this.playback.clear();
    // Whoever closes is not told of what closing takes.
    if (this.#closed === null) this.#setState(state);
  }

  #setState(state: ClientState): void {
    const previous = this.#state;
    this.#state = state;
    this.#emitter.emit('stateChanged', { state, previous });
  }
}
