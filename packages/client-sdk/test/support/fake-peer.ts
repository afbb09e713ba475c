import { randomBytes, randomUUID } from 'node:crypto';
import {
  encodeBase64,
  encodeError,
  encodeNotification,
  encodeRequest,
  encodeResult,
  PacketType,
  parseEnvelope,
  parseMessage,
  WireError,
  type MembershipView,
  type MethodResult,
  type SourceView,
} from '@sidetone/protocol';
import type { ControlSocket, ControlSocketListener } from '../../src/control/control-socket.js';
import type { FakeRoute, FakeServer } from './fake-server.js';
import { forwardFrame } from './fake-forwarding.js';
import { giveNewHandles, LIMITS, seenByOthers, snapshotFor } from './fake-views.js';

type RegisteredTarget = MethodResult<'talk.register'>;
type Params = Readonly<Record<string, unknown>>;

/** The client's own types have made sure of it. */
const textOf = (params: Params, name: string): string => params[name] as string;

/** The server's side of one connection. */
export class FakePeer {
  session: string = randomUUID();
  userId: string = randomUUID();
  readonly received: { method: string; params: Params }[] = [];
  readonly acknowledged: number[] = [];
  /** What was done, each repeated request once. */
  readonly done: string[] = [];
  /** As they were answered when they were registered, by id. */
  targets = new Map<string, RegisteredTarget>();
  memberships = new Map<string, MembershipView>();
  /** Tokens that resume the session, and whether they still may. */
  tokens = new Map<string, 'good' | 'spent'>();
  muted = false;
  deafened = false;
  readonly socket: ControlSocket;
  name = '';
  seq = 7;
  signedIn = false;
  open = true;
  closedWith: number | null = null;
  readonly #server: FakeServer;
  readonly #listener: ControlSocketListener;
  #sources = new Map<string, SourceView>();
  #ring: { readonly seq: number; readonly text: string }[] = [];
  #answers = new Map<string, unknown>();
  /** Good until the client has shown that it has the next one. */
  #former: string | null = null;
  #nextId = 1;

  constructor(server: FakeServer, listener: ControlSocketListener) {
    this.#server = server;
    this.#listener = listener;
    this.socket = {
      remoteAddress: () => null,
      sendText: (message) => this.#later(() => this.#receiveText(message)),
      sendBinary: (bytes) => {
        const copy = bytes.slice();
        this.#later(() => this.#receiveBinary(copy));
      },
      close: (code) => {
        if (!server.ignoresClose) this.#closedByClient(code);
      },
      terminate: () => this.#closedByClient(1006),
    };
    this.#later(() => {
      listener.opened();
      if (server.silent) return;
      this.notify('hello', {
        protocol: 'sidetone.v1',
        server: { name: 'Fake', version: '0.0.0' },
        authentication: server.authenticationMethods,
        features: [],
        limits: LIMITS,
      });
    });
  }

  /** A notification outside the numbered stream. */
  notify(method: string, params: object): void {
    this.sendText(encodeNotification(method, params));
  }

  /** A numbered event. */
  state(method: string, payload: object): void {
    this.seq += 1;
    const text = encodeNotification(method, { seq: this.seq, ...payload });
    this.#ring.push({ seq: this.seq, text });
    this.sendText(text);
  }

  ask(method: string, params: object): number {
    const id = this.#nextId++;
    this.sendText(encodeRequest(id, method, params));
    return id;
  }

  sendText(message: string): void {
    this.#later(() => {
      this.#server.tap(message);
      if (this.open) this.#listener.text(message);
    });
  }

  sendBinary(bytes: Uint8Array): void {
    this.#later(() => this.#listener.binary(bytes.slice()));
  }

  cut(code = 1006, reason = ''): void {
    if (!this.open) return;
    this.open = false;
    queueMicrotask(() => this.#listener.closed({ code, reason }));
  }

  sourceOf(kind: string): SourceView {
    const known = this.#sources.get(kind);
    if (known) return known;
    const source: SourceView = {
      id: randomUUID(),
      handle: this.#server.takeHandle(),
      session: this.session,
      kind,
    };
    this.#sources.set(kind, source);
    return source;
  }

  /** Makes the source a sender of the route and tells all who hear it. */
  addSender(route: FakeRoute, source: SourceView): void {
    if (route.senders.some(([, known]) => known.id === source.id)) return;
    route.senders.push([route.nextIndex++, source]);
    for (const peer of route.listeners) {
      if (peer !== this) peer.notify('keys.senders', { route: route.view, senders: route.senders });
    }
    this.ask('keys.install', this.#server.keysOf(route));
  }

  #closedByClient(code: number): void {
    this.closedWith ??= code;
    this.cut(code);
  }

  #later(run: () => void): void {
    queueMicrotask(() => {
      if (this.open) run();
    });
  }

  #receiveText(text: string): void {
    const parsed = parseEnvelope(text);
    if (!parsed.ok) throw new Error(parsed.message);
    const { envelope } = parsed;
    if (this.#former !== null) this.tokens.set(this.#former, 'spent');
    this.#former = null;
    if (envelope.kind === 'response') this.acknowledged.push(envelope.id);
    if (envelope.kind !== 'request') return;
    const { id, method } = envelope;
    const params = envelope.params as Params;
    this.received.push({ method, params });
    if (this.#server.mute.has(method)) return;
    try {
      const refusal = this.#server.refusals.get(method);
      if (refusal) throw refusal;
      this.#answer(id, method, params);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.sendText(encodeError(id, error));
    }
  }

  #answer(id: number, method: string, params: Params): void {
    const { key, ...asked } = params as Params & { key?: string };
    const result = this.#once(key, method, asked);
    if (this.#server.loseAnswersOf.has(method)) return this.cut();
    this.sendText(encodeResult(id, result));
    if (method === 'session.authenticate') this.#sendSnapshot();
    if (method === 'session.resume') this.#catchUp(asked['lastSeq'] as number | null);
    if (method === 'session.close') this.cut(4004);
  }

  #once(key: string | undefined, method: string, params: Params): unknown {
    if (key !== undefined && this.#answers.has(key)) return this.#answers.get(key);
    const result = this.#run(method, params);
    this.done.push(method);
    if (key !== undefined) this.#answers.set(key, result);
    return result;
  }

  #run(method: string, params: Params): unknown {
    switch (method) {
      case 'session.authenticate':
        return this.#authenticate(params);
      case 'session.resume':
        return this.#resume(params);
      case 'session.close':
        this.tokens.clear();
        this.signedIn = false;
        return {};
      case 'session.setState':
        Object.assign(this, params);
        if (Object.keys(params).length > 0) {
          this.#server.broadcast('participantUpdated', { participant: this.view });
        }
        return {};
      case 'channel.join':
        return this.#join(params);
      case 'channel.leave':
        return this.#leave(params);
      case 'channel.setMembership':
        return this.#setMembership(params);
      case 'talk.register':
        return this.#register(params);
      case 'talk.unregister':
        this.targets.delete(textOf(params, 'target'));
        return {};
      case 'keys.fetch': {
        const route = this.#server.routes.get(textOf(params, 'route'));
        return { keys: route ? [this.#server.keysOf(route)] : [] };
      }
      default:
        throw new WireError('METHOD_NOT_FOUND', `no method ${method}`);
    }
  }

  get view(): object {
    const user = { id: this.userId, name: this.name, guest: true };
    const { session, muted, deafened } = this;
    return { session, user, muted, deafened, away: false };
  }

  #authenticate(params: Params): unknown {
    const { name } = params['credentials'] as { name: string };
    if (name === 'nobody') throw new WireError('AUTHENTICATION_FAILED', 'not you');
    this.name = name;
    return { ...this.#start(), keys: [] };
  }

  #start(): object {
    const resumeToken = encodeBase64(randomBytes(32));
    this.tokens.set(resumeToken, 'good');
    return {
      session: this.session,
      user: { id: this.userId, name: this.name, guest: true },
      organization: { id: randomUUID(), name: 'Main' },
      permissions: ['VIEW', 'JOIN'],
      resumeToken,
      voice: this.#server.voiceOffers,
      transmissions: this.#server.transmissions,
      seq: this.seq,
    };
  }

  /** This connection carries on what the other one had. */
  #resume(params: Params): unknown {
    const token = textOf(params, 'token');
    const former = this.#server.peers.find((peer) => peer.tokens.has(token));
    if (!former) throw new WireError('SESSION_UNKNOWN', 'no such session');
    if (former.tokens.get(token) === 'spent') throw new WireError('TOKEN_REUSED', 'spent');
    this.#takeOver(former);
    this.#former = token;
    const lastSeq = params['lastSeq'] as number | null;
    const resync = this.#server.resync || this.#server.restoring || lastSeq === null;
    const routes = [...this.#server.routes.values()].filter(
      (route) =>
        route.listeners.has(this) ||
        route.senders.some(([, { session }]) => session === this.session),
    );
    const keys = routes.map((route) => this.#server.keysOf(route));
    const restored = this.#server.restoring;
    if (restored) giveNewHandles(this.targets, () => this.#server.takeHandle());
    const targets = [...this.targets.values()];
    return { ...this.#start(), keys, resync, restored, targets };
  }

  #takeOver(former: FakePeer): void {
    former.cut(4011);
    this.signedIn = former.signedIn;
    former.signedIn = false;
    const { session, userId, name, seq, targets, memberships, tokens, muted, deafened } = former;
    const state = { session, userId, name, seq, targets, memberships, tokens, muted, deafened };
    Object.assign(this, state);
    former.tokens = new Map();
    former.memberships = new Map();
    this.#sources = former.#sources;
    this.#ring = former.#ring;
    this.#answers = former.#answers;
    for (const route of this.#server.routes.values()) {
      if (route.listeners.delete(former)) route.listeners.add(this);
    }
  }

  #catchUp(lastSeq: number | null): void {
    if (this.#server.withholdsState) return;
    const { resync, restoring } = this.#server;
    if (resync || restoring || lastSeq === null) return this.#sendState();
    for (const { seq, text } of this.#ring) if (seq > lastSeq) this.sendText(text);
  }

  /** In two parts, so that the client has to put them together. */
  #sendSnapshot(): void {
    this.#sendState();
    this.#server.broadcast('participantJoined', { participant: this.view });
    this.signedIn = true;
  }

  #sendState(): void {
    if (this.#server.withholdsState) return;
    const others = this.#server.peers.filter((peer) => peer.signedIn && peer !== this);
    for (const part of snapshotFor(this, others, this.#server)) this.notify('snapshotPart', part);
  }

  #join(params: Params): unknown {
    const channel = this.#server.channels.get(textOf(params, 'channel'));
    if (!channel) throw new WireError('NOT_FOUND', 'no such channel');
    const listening = (params['listening'] as boolean | undefined) ?? true;
    const membership: MembershipView = {
      listening,
      muted: false,
      deafened: false,
      mutedByModerator: false,
      deafenedByModerator: false,
      selected: false,
      maxPriority: 1,
    };
    this.memberships.set(channel.id, membership);
    this.#tellMembership(channel.id, membership);
    const route = this.#server.routeOfChannel(channel.id);
    if (listening) route.listeners.add(this);
    return { membership, keys: [this.#server.keysOf(route)] };
  }

  #leave(params: Params): unknown {
    const channel = textOf(params, 'channel');
    this.memberships.delete(channel);
    this.#tellMembership(channel, null, 'left');
    for (const route of this.#server.routes.values()) {
      if (route.view.channel === channel) route.listeners.delete(this);
    }
    return {};
  }

  #setMembership(params: Params): unknown {
    const { channel, ...change } = params as unknown as {
      channel: string;
    } & Partial<MembershipView>;
    const current = this.memberships.get(channel);
    if (!current) throw new WireError('NOT_JOINED', 'join first');
    const membership = { ...current, ...change };
    this.memberships.set(channel, membership);
    this.#tellMembership(channel, membership);
    return { membership };
  }

  #tellMembership(channel: string, membership: MembershipView | null, reason?: string): void {
    const about = { channel, session: this.session, ...(reason === undefined ? {} : { reason }) };
    this.state('membershipChanged', { ...about, membership });
    const seen = membership === null ? null : seenByOthers(membership);
    this.#server.broadcast('membershipChanged', { ...about, membership: seen }, this);
  }

  #register(params: Params): unknown {
    const target = params['target'] as { channels?: string[]; users?: string[]; subtree?: string };
    const source = this.sourceOf((params['source'] as string | undefined) ?? 'microphone');
    const routes = (target.channels ?? []).map((id) => {
      const channel = this.#server.channels.get(id);
      if (!channel) throw new WireError('NOT_FOUND', 'no such channel');
      return this.#server.routeOfChannel(channel.id);
    });
    if (target.users) {
      const whisper = this.#server.openRoute('whisper');
      for (const peer of this.#server.peers) {
        if (!target.users.includes(peer.userId)) continue;
        whisper.listeners.add(peer);
        peer.ask('keys.install', this.#server.keysOf(whisper));
      }
      routes.push(whisper);
    }
    for (const route of routes) this.addSender(route, source);
    const handles = routes.map(({ view }) => ({ handle: this.#server.takeHandle(), route: view }));
    const id = randomUUID();
    const registered = { target: id, source, handles };
    this.targets.set(id, registered);
    return registered;
  }

  #receiveBinary(bytes: Uint8Array): void {
    const message = parseMessage(bytes);
    if (!message.ok) throw new Error(message.reason);
    if (message.type === PacketType.ping) {
      return this.sendBinary(Uint8Array.of(0x0a, ...message.body));
    }
    if (message.type === PacketType.media) forwardFrame(this, this.#server, message.body);
  }
}
