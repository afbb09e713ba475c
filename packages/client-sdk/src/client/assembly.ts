import type { TransmissionView } from '@sidetone/protocol';
import { Access } from '../access/access.js';
import type { OpusFrame } from '../audio/opus-frame.js';
import type { Playback } from '../audio/playback.js';
import { SinkList } from '../audio/sink-list.js';
import { Channels } from '../channel/channels.js';
import { CallQueue } from '../control/call-queue.js';
import { createReplay, type CreatedReplay } from '../replay/create-replay.js';
import type { Replay } from '../replay/replay.js';
import { Directory } from '../state/directory.js';
import type { MediaPlane } from '../media/media-plane.js';
import { ownNetOf } from '../patch/heard-nets.js';
import { HeardTransmissions } from '../state/heard-transmissions.js';
import { OrganizationState } from '../state/organization-state.js';
import { TransmissionBook } from '../state/transmission-book.js';
import { MuteGate, type MuteState } from '../talk/mute-gate.js';
import { TalkKeyboards } from '../talk/talk-keyboards.js';
import { TalkRegistry } from '../talk/talk-registry.js';
import { TalkSources } from '../talk/talk-sources.js';
import type { ClientEmitter } from './client-emitter.js';
import type { Announce, Transmission } from './client-events.js';
import type { ClientState } from './client-state.js';
import type { ResolvedClientOptions } from './common-options.js';
import type { Platform } from './platform.js';
import { SelfMute } from './self-mute.js';
import type { Session } from './session.js';
import { SessionKeeper } from './session-keeper.js';
import { SessionRestorer } from './session-restorer.js';
import type { SessionSurroundings } from './session-surroundings.js';
import { transmissionOf } from './signal-router.js';

export interface AssemblyParts<P extends Playback> {
  readonly platform: Platform<P>;
  readonly options: ResolvedClientOptions;
  readonly emitter: ClientEmitter;
  readonly stateChanged: (state: ClientState) => void;
}

/** Everything that lives as long as the client and outlasts its sessions, put together. */
export class Assembly<P extends Playback> {
  readonly directory: Directory;
  readonly access: Access;
  readonly channels: Channels;
  readonly sinks: SinkList;
  readonly media: MediaPlane<P>;
  readonly sources: TalkSources;
  readonly talk: TalkRegistry;
  readonly keyboards: TalkKeyboards;
  readonly selfMute: SelfMute;
  readonly calls: CallQueue;
  readonly keeper: SessionKeeper;
  readonly #parts: AssemblyParts<P>;
  readonly #state = new OrganizationState();
  readonly #gate: MuteGate;
  readonly #transmissions: TransmissionBook;
  readonly #replay: CreatedReplay;

  constructor(parts: AssemblyParts<P>) {
    this.#parts = parts;
    const { emitter } = parts;
    this.#gate = this.#createGate();
    this.calls = new CallQueue(parts.options.clock);
    this.access = new Access(this.#state, this.calls);
    this.#transmissions = this.#createTransmissionBook();
    this.directory = new Directory(this.#state, {
      membership: (channel) => this.channels.membershipOf(channel),
      isTalking: (id) => this.#transmissions.isTalking(id),
    });
    this.selfMute = new SelfMute({
      commands: this.calls,
      gate: this.#gate,
      mutesChanged: () => this.#mutesChanged(),
      failed: (message) => this.#announce('messageRejected', { message }),
    });
    this.channels = this.#createChannels();
    this.sinks = new SinkList((cause) => emitter.report('sink', cause));
    this.media = this.#createMedia();
    this.#replay = this.#createReplay();
    this.sources = new TalkSources(this.media);
    this.keyboards = this.#createKeyboards();
    this.talk = this.#createTalk();
    this.keeper = this.#createKeeper();
  }

  get self(): ReturnType<Directory['participant']> {
    const session = this.#session;
    return session === null ? null : this.directory.participant(session.id);
  }

  get transmissions(): readonly Transmission[] {
    return this.#transmissions.all().map((view) => transmissionOf(view, this.directory));
  }

  get replay(): Replay {
    return this.#replay.replay;
  }

  get #session(): Session | null {
    return this.keeper.session;
  }

  readonly #announce: Announce = (name, event) => {
    this.#parts.emitter.tell(name, event);
  };

  #createGate(): MuteGate {
    const state: MuteState = {
      muted: () => this.self?.muted ?? false,
      mutedOn: (channelId) => this.directory.channel(channelId)?.membership?.muted ?? false,
      mutedChannels: () => mutedChannels(this.#state, this.#session?.id),
    };
    return new MuteGate(state, () => this.media.stateChanged());
  }

  #createTransmissionBook(): TransmissionBook {
    const live = (view: TransmissionView): Transmission => transmissionOf(view, this.directory);
    const tell: Announce = (name, event) => {
      this.media.stateChanged();
      this.#announce(name, event);
    };
    return new TransmissionBook(this.#parts.options.clock, {
      started: (view) => tell('transmissionStarted', { transmission: live(view) }),
      updated: (view) => tell('transmissionUpdated', { transmission: live(view) }),
      ended: (view, reason) => tell('transmissionEnded', { transmission: live(view), reason }),
    });
  }

  #createChannels(): Channels {
    return new Channels(this.directory, {
      call: (...call) => this.calls.call(...call),
      selfSession: () => this.#session?.id ?? null,
      installKeys: (keys) => this.#session?.voice.install(keys),
      registerTarget: (...target) => this.talk.register(...target),
      setMutedOn: (channelId, muted) => this.selfMute.setMutedOn(channelId, muted),
    });
  }

  #createMedia(): MediaPlane<P> {
    const { emitter, options, platform } = this.#parts;
    return platform.createMedia({
      options,
      gate: this.#gate,
      heard: new HeardTransmissions(this.#transmissions, this.#state, () => this.#session?.id),
      packetRefused: () => this.#session?.voice.count('packetRefused'),
      report: (event, cause) => emitter.report(event, cause),
    });
  }

  #mutesChanged(): void {
    this.media.stateChanged();
    this.talk.mutesChanged();
  }

  #createReplay(): CreatedReplay {
    const { emitter, options } = this.#parts;
    return createReplay({
      options: options.replay,
      clock: options.clock,
      emitter,
      access: this.access,
      directory: this.directory,
      state: this.#state,
      transmissions: this.#transmissions,
      selfSession: () => this.#session?.id,
      receive: (frame) => this.media.playback.receive(this.#placed(frame)),
    });
  }

  #createKeyboards(): TalkKeyboards {
    const { emitter, options } = this.#parts;
    const keyboards = new TalkKeyboards({
      clock: options.clock,
      source: (name) => this.sources.get(name),
      onAirChanged: (keys) => this.#announce('onAirChanged', { keys, onAir: keys.state.onAir }),
      hint: (hint, keys) => this.#announce(hint, { keys }),
    });
    emitter.on('transmissionRefused', ({ code, target, channel }) => {
      if (code === 'NOT_ALLOWED_TO_SPEAK' && target) keyboards.refused(target, channel?.id ?? null);
    });
    emitter.on('membershipChanged', ({ channel, participant, membership }) => {
      if (membership !== null || participant.id !== this.self?.id) return;
      keyboards.leftChannel(channel.id, this.talk.targets);
    });
    emitter.on('channelDeleted', ({ channel }) =>
      keyboards.leftChannel(channel.id, this.talk.targets),
    );
    return keyboards;
  }

  #createTalk(): TalkRegistry {
    return new TalkRegistry({
      commands: this.calls,
      source: (name) => this.sources.get(name),
      targetClosed: (target) => this.keyboards.targetClosed(target),
      routeEnded: (routeId) => this.#session?.voice.routeEnded(routeId),
    });
  }

  #createKeeper(): SessionKeeper {
    const { options, stateChanged } = this.#parts;
    const { calls, talk, selfMute, channels } = this;
    const restorer = new SessionRestorer({
      clock: options.clock,
      commands: calls,
      channels,
      talk,
      selfMute,
      self: () => this.self,
      announce: this.#announce,
    });
    const surroundings = this.#createSurroundings();
    return new SessionKeeper({ surroundings, calls, talk, selfMute, restorer, stateChanged });
  }

  /** A frame that came over a patch is placed as the net that it is heard on. */
  #placed(frame: OpusFrame): OpusFrame {
    const self = this.#session?.id;
    if (self === undefined || this.#state.patches.size === 0) return frame;
    const channel = ownNetOf(frame.route, this.#state, self);
    if (channel === undefined || channel === frame.route.channel) return frame;
    return { ...frame, route: { ...frame.route, channel } };
  }

  #createSurroundings(): SessionSurroundings {
    const { options, platform, emitter } = this.#parts;
    return {
      options,
      platform,
      media: this.media,
      state: this.#state,
      gate: this.#gate,
      directory: this.directory,
      transmissions: this.#transmissions,
      announce: this.#announce,
      report: (event, cause) => emitter.report(event, cause),
      targetOf: (talkHandle) => this.talk.targetOf(talkHandle),
      mutesChanged: () => this.#mutesChanged(),
      hear: (frame) => {
        this.sinks.write(frame);
        this.#replay.hear(frame);
        this.media.play(this.#placed(frame));
      },
    };
  }
}

function mutedChannels(state: OrganizationState, session: string | undefined): readonly string[] {
  if (session === undefined) return [];
  return [...state.channels]
    .filter(([, { members }]) => members.get(session)?.view.muted === true)
    .map(([id]) => id);
}
