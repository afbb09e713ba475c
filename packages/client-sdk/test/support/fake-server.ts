import { randomBytes, randomUUID } from 'node:crypto';
import {
  FREE_NET,
  createNodeCipher,
  encodeBase64,
  type ChannelView,
  type FrameCipher,
  type PatchView,
  type RouteKeys,
  type RouteView,
  type SenderPart,
  type SourceView,
  type TransmissionView,
  type VoiceOffer,
  type WireError,
} from '@sidetone/protocol';
import type { Platform } from '../../src/client/platform.js';
import type { MediaPort } from '../../src/browser/remote/media-line.js';
import { remoteMedia } from './remote-media.js';
import type { EncoderFactory } from '../../src/talk/source-encoder.js';
import { localMedia } from '../../src/media/local/local-media.js';
import type {
  ControlSocket,
  ControlSocketListener,
  OpenControlSocket,
} from '../../src/control/control-socket.js';
import { FakePeer } from './fake-peer.js';

/** One uplink frame as the server saw it. */
export interface SeenFrame {
  readonly peer: FakePeer;
  readonly talkHandle: number;
  readonly routeId: string;
  readonly sender: SenderPart;
  readonly body: Uint8Array;
  readonly bytes: number;
}

export interface FakeRoute {
  readonly view: RouteView;
  secret: Uint8Array;
  epoch: number;
  nextIndex: number;
  readonly senders: [number, SourceView][];
  /** Sessions that hear it. */
  readonly listeners: Set<FakePeer>;
}

/**
 * A Sidetone server in memory, just true enough to test clients against: one organization, guests,
 * channels, talk targets, keys, and forwarding with one copy for each listener.
 */
export class FakeServer {
  readonly channels = new Map<string, ChannelView>();
  readonly peers: FakePeer[] = [];
  readonly frames: SeenFrame[] = [];
  readonly routes = new Map<string, FakeRoute>();
  readonly warnings: string[] = [];
  authenticationMethods = ['guest'];
  voiceOffers: VoiceOffer[] = [{ transport: 'websocket' }];
  /** Methods that are never answered. */
  readonly mute = new Set<string>();
  /** Methods that are done, but whose answer never leaves. */
  readonly loseAnswersOf = new Set<string>();
  /** What a method is refused with, by its name. */
  readonly refusals = new Map<string, WireError>();
  /** The ring of events is gone: resumes bring a snapshot. */
  resync = false;
  /** The next resume is answered as after a restart that the session has outlived. */
  restoring = false;
  /** Neither a snapshot nor missed events follow an answer. */
  withholdsState = false;
  /** The server takes connections and never says a word. */
  silent = false;
  transmissions: TransmissionView[] = [];
  patches: PatchView[] = [];
  /** Sees every text on its way to a client. */
  tap: (text: string) => void = () => undefined;
  readonly networkWatchers = new Set<() => void>();
  /** The server answers no close frame. */
  ignoresClose = false;
  /** Frames on talk handles that their session does not have. */
  strayFrames = 0;
  /** Reasons for the client's program not to end. */
  keptRunning = 0;
  /** Of the line to the media plane of each client, where that is to be behind messages. */
  mediaEnds: (() => readonly [MediaPort, MediaPort]) | null = null;
  /** What encodes there in place of the client's codec. */
  mediaCodec: EncoderFactory | null = null;
  #nextHandle = 100;

  constructor(channelNames: readonly string[] = ['Lobby', 'Command']) {
    for (const name of channelNames) this.addChannel(name);
  }

  platform(cipher: () => FrameCipher = createNodeCipher): Platform {
    return {
      warn: (message, cause) => void this.warnings.push(`${message}: ${String(cause)}`),
      ...this.#media(cipher),
      keepRunning: () => {
        this.keptRunning += 1;
        return () => void (this.keptRunning -= 1);
      },
      watchNetwork: (changed) => {
        this.networkWatchers.add(changed);
        return () => void this.networkWatchers.delete(changed);
      },
    };
  }

  addChannel(name: string, parent: string | null = null): ChannelView {
    const channel: ChannelView = {
      id: randomUUID(),
      parent,
      name,
      topic: '',
      position: this.channels.size,
      participantLimit: null,
      temporary: false,
      passwordProtected: false,
      net: FREE_NET,
    };
    this.channels.set(channel.id, channel);
    this.openRoute('channel', channel.id);
    return channel;
  }

  channel(name: string): ChannelView {
    const found = [...this.channels.values()].find((channel) => channel.name === name);
    if (!found) throw new Error(`no channel ${name}`);
    return found;
  }

  openRoute(kind: RouteView['kind'], channel?: string): FakeRoute {
    const view: RouteView = { id: randomUUID(), handle: this.takeHandle(), kind };
    const route: FakeRoute = {
      view: channel === undefined ? view : { ...view, channel },
      secret: randomBytes(32),
      epoch: 0,
      nextIndex: 0,
      senders: [],
      listeners: new Set(),
    };
    this.routes.set(route.view.id, route);
    return route;
  }

  routeOf(channelName: string): FakeRoute {
    return this.routeOfChannel(this.channel(channelName).id);
  }

  routeOfChannel(id: string): FakeRoute {
    const found = [...this.routes.values()].find(({ view }) => view.channel === id);
    if (!found) throw new Error(`no route of ${id}`);
    return found;
  }

  keysOf(route: FakeRoute, active = true): RouteKeys {
    return {
      route: route.view,
      scheme: 'server',
      epoch: route.epoch,
      active,
      secret: encodeBase64(route.secret),
      senders: route.senders,
    };
  }

  /** A new epoch: installed by every listener, then active. */
  rotate(route: FakeRoute): void {
    route.epoch += 1;
    route.secret = randomBytes(32);
    for (const peer of route.listeners) peer.ask('keys.install', this.keysOf(route, false));
    for (const peer of route.listeners) {
      peer.notify('keys.activate', { route: route.view.id, epoch: route.epoch });
    }
  }

  /** Forgets every session, as a restart does; who was cut stays so. */
  restart(): void {
    for (const peer of this.peers) {
      peer.signedIn = false;
      peer.tokens.clear();
      peer.cut();
    }
    for (const route of this.routes.values()) route.listeners.clear();
  }

  takeHandle(): number {
    return this.#nextHandle++;
  }

  broadcast(name: string, payload: object, except?: FakePeer): void {
    for (const peer of this.peers) if (peer !== except && peer.signedIn) peer.state(name, payload);
  }

  #media(createCipher: () => FrameCipher): Pick<Platform, 'openSocket' | 'createMedia'> {
    const openSocket: OpenControlSocket = (_url, _subprotocol, listener) => this.#accept(listener);
    const { mediaEnds, mediaCodec: codec } = this;
    if (mediaEnds) return remoteMedia({ createCipher, openSocket, ends: mediaEnds(), codec });
    return { openSocket, createMedia: localMedia({ createCipher, openUdpPath: null }) };
  }

  #accept(listener: ControlSocketListener): ControlSocket {
    const peer = new FakePeer(this, listener);
    this.peers.push(peer);
    return peer.socket;
  }
}
