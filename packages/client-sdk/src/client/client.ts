import { methods, type Downlink, type MethodName } from '@sidetone/protocol';
import type { OpusFrame, OpusSink } from '../audio/opus-frame.js';
import type { Playback } from '../audio/playback.js';
import type { Channels } from '../channel/channels.js';
import type { Authentication } from '../control/authentication.js';
import { clientError } from '../error/client-error.js';
import type { Participant } from '../state/participant.js';
import { Participants } from '../state/participants.js';
import { TalkDesk } from '../talk/talk-desk.js';
import type { TalkTarget } from '../talk/talk-target.js';
import type { TalkTargetOptions } from '../talk/talk-target-options.js';
import type { VoiceTransportName } from '../voice/voice-path.js';
import type { VoiceQuality } from '../voice/voice-quality.js';
import { Assembly } from './assembly.js';
import { ClientEmitter } from './client-emitter.js';
import type { ClientEventName, ClientEvents, Transmission } from './client-events.js';
import type { ResolvedClientOptions } from './client-options.js';
import type { ClientState, DisconnectReason } from './client-state.js';
import { connectError } from './connect-error.js';
import { Link } from './link.js';
import type { Platform } from './platform.js';
import type { CallableName, CallParams, CallResult } from './plugin-methods.js';
import type { Session } from './session.js';

/** How voice goes now. */
export interface VoiceStatus {
  /** `both` for at most 2 s, while UDP is in doubt; `null` while no allowed path works. */
  readonly up: Downlink | null;
  /** As the server last said. */
  readonly down: Downlink;
  /** Round trip time of the way up, smoothed; `null` before the first measurement. */
  readonly rttMs: number | null;
  readonly quality: VoiceQuality;
  /** Frames of this session that were dropped, either way, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/**
 * A participant of an organization on a Sidetone server. Its state can be read at any time, its
 * events tell of every change, and `close()` is for good.
 */
export class Client {
  readonly channels: Channels;
  readonly participants: Participants;
  readonly talk: TalkDesk;
  /** What is heard, to be pulled by whoever has the audio clock. */
  readonly playback: Playback;
  readonly #options: ResolvedClientOptions;
  readonly #emitter: ClientEmitter;
  readonly #assembly: Assembly;
  #state: ClientState = { status: 'disconnected', reason: null };
  #link: Link | null = null;
  #closed: Promise<void> | null = null;

  /** Made by `createClient`. */
  constructor(platform: Platform, options: ResolvedClientOptions) {
    this.#options = options;
    this.#emitter = new ClientEmitter(platform.warn);
    this.#assembly = new Assembly({
      platform,
      options,
      emitter: this.#emitter,
      session: () => this.#session,
    });
    const { channels, directory, playback, sources } = this.#assembly;
    this.channels = channels;
    this.participants = new Participants(directory);
    this.playback = playback;
    this.talk = new TalkDesk({
      registry: () => this.#session?.voice.talk ?? null,
      requireRegistry: () => this.#requireSession().voice.talk,
      source: (name) => sources.get(name),
    });
  }

  get state(): ClientState {
    return this.#state;
  }

  /** This client among the participants; `null` while it is not connected. */
  get self(): Participant | null {
    return this.#assembly.self;
  }

  /** Who talks now on nets that this client may see. */
  get transmissions(): readonly Transmission[] {
    return this.#assembly.transmissions;
  }

  /** How voice goes; `null` while the client is not connected. */
  get voice(): VoiceStatus | null {
    const voice = this.#session?.voice;
    if (!voice) return null;
    const { up, down, rttMs, quality } = voice.paths;
    return { up, down, rttMs, quality, dropped: voice.dropped() };
  }

  /**
   * Connects and signs in; resolves when the state is complete. Rejects with what the server
   * answers (`AUTHENTICATION_FAILED`, `SERVER_FULL`, ...) or with `ERR_CLIENT_CONNECT`. After a
   * disconnect it may be called again and gives a new session.
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
    this.#setState({ status: 'connecting' });
    await new Promise<void>((resolve, reject) => {
      this.#link = new Link({
        surroundings: this.#assembly.surroundings,
        authentication,
        listener: {
          connected: (state) => {
            this.#setState(state);
            resolve();
          },
          ended: (reason) => {
            this.#ended(reason);
            reject(connectError(reason, this.#options.url));
          },
        },
      });
    });
  }

  /** Leaves for good: ends the session on the server, then the connection. Idempotent. */
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
    await this.#assembly.commands.call('session.setState', { deafened });
  }

  /** Registers a whisper to users, wherever they are. */
  whisper(
    users: readonly (Participant | string)[],
    options: TalkTargetOptions = {},
  ): Promise<TalkTarget> {
    return this.talk.target({ users }, options);
  }

  /** Calls a method of the server: of the core protocol, or of a plugin (see `PluginMethods`). */
  call<M extends CallableName>(method: M, params: CallParams<M>): Promise<CallResult<M>>;
  call(method: string, params: object): Promise<unknown>;
  async call(method: string, params: object): Promise<unknown> {
    const { rpc } = this.#requireSession();
    if (!Object.hasOwn(methods, method)) return rpc.callUnchecked(method, params);
    return rpc.call(method as MethodName, params);
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

  get #session(): Session | null {
    return this.#link?.session ?? null;
  }

  #requireSession(): Session {
    if (this.#session) return this.#session;
    throw clientError('ERR_CLIENT_STATE', 'the client is not connected; await connect() first');
  }

  async #close(): Promise<void> {
    await this.#link?.leave();
    this.#link = null;
    this.playback.clear();
    this.#assembly.sources.close();
    this.#setState({ status: 'closed' });
  }

  #ended(reason: DisconnectReason): void {
    this.#link = null;
    this.playback.clear();
    if (this.#closed === null) this.#setState({ status: 'disconnected', reason });
  }

  #setState(state: ClientState): void {
    const previous = this.#state;
    this.#state = state;
    this.#emitter.emit('stateChanged', { state, previous });
  }
}
