import { randomUUID } from 'node:crypto';
import {
  buildKid,
  buildUplinkBody,
  encodeSframeHeader,
  writeSenderPart,
  type MethodResult,
  type NetPolicy,
  type PriorityClass,
  type RouteKeys,
  type TalkTargetSpec,
} from '@sidetone/protocol';
import { createFakeClock, createRecordingLogger, type FakeClock } from '@sidetone/testkit';
import type { RosterMembership } from '../../src/audio/roster.js';
import type { DropReason } from '../../src/audio/voice-counters.js';
import { VoicePlane, type VoicePlaneParts } from '../../src/audio/voice-plane.js';
import type { VoiceTransport } from '../../src/contracts/voice-transport.js';
import { MemoryMetrics } from '../../src/defaults/memory-metrics.js';
import { NetFloorPolicy } from '../../src/defaults/net-floor-policy.js';
import { ServerKeyService } from '../../src/key/server-key-service.js';
import { FakeRoster } from './fake-roster.js';
import { RecordingOutlet } from './recording-outlet.js';
import { RecordingVoiceTransport } from './recording-voice-transport.js';

export const ORGANIZATION = randomUUID();
const LIMITS = { targets: 16, routesPerTarget: 8, sources: 4 };

/** A plane between doubles, on a clock that stands still. */
export class VoiceWorld {
  readonly clock: FakeClock = createFakeClock();
  readonly roster = new FakeRoster();
  readonly metrics = new MemoryMetrics();
  readonly log = createRecordingLogger();
  readonly udp = new RecordingVoiceTransport('udp');
  readonly websocket = new RecordingVoiceTransport('websocket');
  readonly facts: { readonly name: string; readonly fact: unknown }[] = [];
  readonly plane: VoicePlane;

  constructor(parts: Partial<VoicePlaneParts> = {}) {
    this.plane = new VoicePlane({
      clock: this.clock,
      log: this.log,
      metrics: this.metrics,
      roster: this.roster,
      floorPolicy: new NetFloorPolicy(),
      keyService: new ServerKeyService(),
      routeRules: [],
      voiceTransports: [this.udp, this.websocket],
      limits: LIMITS,
      tell: (name, fact) => void this.facts.push({ name, fact }),
      ...parts,
    });
  }

  /** Opens channels; `parent/child` makes `child` a channel below `parent`. */
  async channels(...names: string[]): Promise<string[]> {
    const ids = names.map((name) => {
      const id = randomUUID();
      this.roster.channels.set(id, new Map());
      this.plane.openChannel(ORGANIZATION, id);
      return { id, name };
    });
    for (const { id, name } of ids) {
      const parent = ids.find((other) => name.startsWith(`${other.name}/`));
      if (parent !== undefined) this.roster.parents.set(id, parent.id);
    }
    await this.clock.settle();
    return ids.map(({ id }) => id);
  }

  /** Changes how people talk on the channel. */
  setNet(channel: string, changes: Partial<NetPolicy>): void {
    this.roster.nets.set(channel, { ...this.roster.net(channel), ...changes });
    this.plane.changed({ channelId: channel });
  }

  /** Returns what ends it. */
  patch(...channels: string[]): () => void {
    const patch = { id: randomUUID(), channels };
    this.roster.patches.add(patch);
    this.plane.patched(channels);
    return () => {
      this.roster.patches.delete(patch);
      this.plane.patched(channels);
    };
  }

  /** Opens a session that is reached over the WebSocket, in the channels given. */
  session(channels: readonly string[] = [], userId: string = randomUUID()): VoiceMember {
    const member = new VoiceMember(this, userId);
    for (const channel of channels) member.join(channel);
    return member;
  }

  dropped(reason: DropReason): number {
    return this.metrics.counter('voice.dropped', reason).value;
  }

  get deliveries(): number {
    return this.udp.deliveries.length + this.websocket.deliveries.length;
  }
}

let lastHandle = 0;

/** A session with its doubles, and a hand on the plane. */
export class VoiceMember {
  readonly id = randomUUID();
  readonly handle = (lastHandle = (lastHandle % 60_000) + 1);
  readonly userId: string;
  readonly outlet = new RecordingOutlet();
  readonly #world: VoiceWorld;

  constructor(world: VoiceWorld, userId: string) {
    this.#world = world;
    this.userId = userId;
    world.roster.sessions.set(this.id, {
      id: this.id,
      handle: this.handle,
      userId,
      organizationId: ORGANIZATION,
      status: 'active',
      muted: false,
      deafened: false,
      outlet: this.outlet,
    });
    world.plane.openSession(this.id);
    world.plane.pathReady(this, world.websocket);
  }

  join(channel: string, flags: Partial<RosterMembership> = {}): void {
    this.#world.roster.join(this.id, channel, flags);
    this.#world.plane.joined(this.id, channel);
  }

  leave(channel: string): void {
    this.#world.roster.channels.get(channel)?.delete(this.id);
    this.#world.plane.left(this.id, channel);
  }

  setMembership(channel: string, flags: Partial<RosterMembership>): void {
    Object.assign(this.#world.roster.membership(this.id, channel), flags);
    this.#world.plane.changed({ sessionId: this.id, channelId: channel });
  }

  setState(state: { muted?: boolean; deafened?: boolean }): void {
    Object.assign(this.#world.roster.session(this.id) ?? {}, state);
    this.#world.plane.changed({ sessionId: this.id });
  }

  close(): void {
    const session = this.#world.roster.session(this.id);
    if (session !== undefined) session.status = 'closed';
    for (const channel of this.#world.roster.channelsOf(this.id)) this.leave(channel);
    this.#world.plane.closeSession(this.id);
    this.#world.roster.sessions.delete(this.id);
  }

  keys(channelId: string): Promise<readonly RouteKeys[]> {
    return this.#world.plane.keys(this.id, { channelId });
  }

  async talksTo(
    target: TalkTargetSpec,
    options: { readonly source?: string; readonly priority?: PriorityClass } = {},
  ): Promise<TestTarget> {
    const registered = await this.#world.plane.register(this.id, {
      sourceName: options.source ?? 'microphone',
      target,
      priority: options.priority ?? 1,
    });
    return new TestTarget(this.#world, this, registered);
  }

  /** Sequence numbers of the frames that reached it on all paths. */
  get heard(): number[] {
    const { udp, websocket } = this.#world;
    return [...websocket.seqsTo(this.handle), ...udp.seqsTo(this.handle)];
  }
}

export interface FrameOptions {
  readonly start?: boolean;
  readonly end?: boolean;
  readonly senderIndex?: number;
  readonly epoch?: number;
  readonly counter?: number;
  readonly opusBytes?: number;
  readonly over?: VoiceTransport;
}

/** A registered target that sends frames as a client would, with real headers around no audio. */
export class TestTarget {
  readonly registered: MethodResult<'talk.register'>;
  readonly member: VoiceMember;
  seq = 100;
  readonly #world: VoiceWorld;
  readonly #counters = new Map<string, number>();

  constructor(world: VoiceWorld, member: VoiceMember, registered: MethodResult<'talk.register'>) {
    this.#world = world;
    this.member = member;
    this.registered = registered;
  }

  get id(): string {
    return this.registered.target;
  }

  /** One frame of the source, on every handle of the target. */
  say(options: FrameOptions = {}): void {
    this.seq++;
    for (let line = 0; line < this.registered.handles.length; line++) this.sayOn(line, options);
  }

  /** The present frame on one handle only. */
  sayOn(line: number, options: FrameOptions = {}): void {
    this.send(this.frame(line, options), options.over);
  }

  send(body: Uint8Array, over: VoiceTransport = this.#world.websocket): void {
    this.#world.plane.receive(this.member, over, body);
  }

  frame(line: number, options: FrameOptions = {}): Uint8Array {
    const entry = this.registered.handles[line];
    if (entry === undefined) throw new Error(`the target has no line ${line}`);
    const epoch = options.epoch ?? this.epoch(line);
    const index = options.senderIndex ?? this.senderIndex(line);
    const key = `${entry.route.id} ${epoch} ${index}`;
    const counter = options.counter ?? this.#counters.get(key) ?? 0;
    if (options.counter === undefined) this.#counters.set(key, counter + 1);
    const senderPart = new Uint8Array(8);
    writeSenderPart(senderPart, 0, {
      start: options.start ?? false,
      end: options.end ?? false,
      durationMs: 20,
      level: 0xff,
      seq: this.seq & 0xffff,
      time: (this.seq * 960) >>> 0,
    });
    const header = encodeSframeHeader(buildKid(index, epoch), counter);
    const sealed = new Uint8Array(header.length + 2 + (options.opusBytes ?? 60) + 16);
    sealed.set(header);
    return buildUplinkBody(entry.handle, senderPart, sealed);
  }

  /** The newest epoch that the member was told to seal with. */
  epoch(line: number): number {
    const routeId = this.registered.handles[line]?.route.id;
    const { installed, activated } = this.member.outlet;
    const active = installed.filter(({ route, active }) => route.id === routeId && active);
    const later = activated.filter(({ route }) => route === routeId);
    return Math.max(...active.map(({ epoch }) => epoch), ...later.map(({ epoch }) => epoch));
  }

  senderIndex(line: number): number {
    const routeId = this.registered.handles[line]?.route.id;
    const keys = this.member.outlet.installed.filter(({ route }) => route.id === routeId).at(-1);
    const entry = keys?.senders.find(([, source]) => source.id === this.registered.source.id);
    if (entry === undefined) throw new Error('the member was given no sender index');
    return entry[0];
  }
}
