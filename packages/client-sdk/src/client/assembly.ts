import type { TransmissionView } from '@sidetone/protocol';
import { Playback } from '../audio/playback.js';
import { SinkList } from '../audio/sink-list.js';
import { Channels } from '../channel/channels.js';
import type { CommandPort } from '../control/command-port.js';
import { clientError } from '../error/client-error.js';
import { Directory } from '../state/directory.js';
import { OrganizationState } from '../state/organization-state.js';
import { TransmissionBook } from '../state/transmission-book.js';
import { MuteGate } from '../talk/mute-gate.js';
import { TalkSources } from '../talk/talk-sources.js';
import type { ClientEmitter } from './client-emitter.js';
import type { Announce, Transmission } from './client-events.js';
import type { ResolvedClientOptions } from './client-options.js';
import type { Platform } from './platform.js';
import { SelfMute } from './self-mute.js';
import type { Session } from './session.js';
import type { SessionSurroundings } from './session-surroundings.js';
import { transmissionOf } from './signal-router.js';

export interface AssemblyParts {
  readonly platform: Platform;
  readonly options: ResolvedClientOptions;
  readonly emitter: ClientEmitter;
  /** The session of now; `null` while there is none. */
  readonly session: () => Session | null;
}

/** Everything that lives as long as the client and outlasts its sessions, put together. */
export class Assembly {
  readonly directory: Directory;
  readonly channels: Channels;
  readonly sinks: SinkList;
  readonly playback: Playback;
  readonly sources: TalkSources;
  readonly selfMute: SelfMute;
  readonly commands: CommandPort;
  readonly surroundings: SessionSurroundings;
  readonly #parts: AssemblyParts;
  readonly #transmissions: TransmissionBook;

  constructor(parts: AssemblyParts) {
    this.#parts = parts;
    const { emitter, options, session, platform } = parts;
    const state = new OrganizationState();
    const gate = new MuteGate({
      muted: () => this.self?.muted ?? false,
      mutedOn: (channelId) => this.directory.channel(channelId)?.membership?.muted ?? false,
    });
    this.commands = { call: async (...call) => this.#requireSession().rpc.call(...call) };
    this.#transmissions = this.#createTransmissionBook();
    this.directory = new Directory(state, {
      membership: (channel) => this.channels.membershipOf(channel),
      isTalking: (id) => this.#transmissions.isTalking(id),
    });
    this.channels = this.#createChannels();
    this.sinks = new SinkList((cause) => emitter.report('sink', cause));
    this.playback = this.#createPlayback();
    this.sources = new TalkSources({
      codec: options.codec,
      settings: options.sources,
      senderOf: (name) => session()?.voice.talk.sender(name) ?? null,
      report: (cause) => emitter.report('audioSource', cause),
    });
    this.selfMute = new SelfMute({
      commands: this.commands,
      gate,
      mutesChanged: () => session()?.voice.talk.mutesChanged(),
    });
    this.surroundings = {
      options,
      platform,
      state,
      gate,
      directory: this.directory,
      transmissions: this.#transmissions,
      announce: this.#announce,
      report: (event, cause) => emitter.report(event, cause),
      talkSource: (name) => this.sources.get(name),
      hear: (frame) => {
        this.sinks.write(frame);
        this.playback.receive(frame);
      },
    };
  }

  get self(): ReturnType<Directory['participant']> {
    const session = this.#parts.session();
    return session === null ? null : this.directory.participant(session.id);
  }

  get transmissions(): readonly Transmission[] {
    return this.#transmissions.all().map((view) => transmissionOf(view, this.directory));
  }

  readonly #announce: Announce = (name, event) => {
    this.#parts.emitter.tell(name, event);
  };

  #requireSession(): Session {
    const session = this.#parts.session();
    if (session) return session;
    throw clientError('ERR_CLIENT_STATE', 'the client is not connected; await connect() first');
  }

  #createTransmissionBook(): TransmissionBook {
    const live = (view: TransmissionView): Transmission => transmissionOf(view, this.directory);
    return new TransmissionBook(this.#parts.options.clock, {
      started: (view) => this.#announce('transmissionStarted', { transmission: live(view) }),
      updated: (view) => this.#announce('transmissionUpdated', { transmission: live(view) }),
      ended: (view, reason) =>
        this.#announce('transmissionEnded', { transmission: live(view), reason }),
    });
  }

  #createChannels(): Channels {
    const { session } = this.#parts;
    return new Channels(this.directory, {
      call: (...call) => this.commands.call(...call),
      selfSession: () => session()?.id ?? null,
      installKeys: (keys) => session()?.voice.install(keys),
      registerTarget: async (...target) => this.#requireSession().voice.talk.register(...target),
      muteIntended: (channelId, muted) => this.selfMute.intendOn(channelId, muted),
    });
  }

  #createPlayback(): Playback {
    const { codec, clock, createReceiver } = this.#parts.options;
    return new Playback({
      codec,
      clock,
      createReceiver,
      packetRefused: () => this.#parts.session()?.voice.counters.count('packetRefused'),
    });
  }
}
