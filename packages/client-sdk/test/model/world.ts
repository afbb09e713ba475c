import {
  createFakeClock,
  memoryTransport,
  startServer,
  type FakeClock,
  type MemoryTransport,
  type StartedServer,
} from '@sidetone/testkit';
import type { OrganizationApi } from '@sidetone/core';
import { Actor } from './actor.js';
import { flagsOf } from './event-record.js';
import { OwnedClock } from './owned-clock.js';
import { emptyScene, NETS, newcomer, type Scene } from './person.js';
import type { ServerHoldings } from './server-holdings.js';
import { Thief } from './thief.js';

const MAX_ROUNDS = 200;
/** As over WebSocket, for those who are in a channel. */
const PING_PERIOD_MS = 2_000;

/** The real thing: servers of core one after the other, clients of the SDK and a thief, on one clock. */
export class World {
  readonly clock: FakeClock = createFakeClock();
  readonly thief = new Thief();
  readonly holdings: ServerHoldings;
  readonly actors = new Map<string, Actor>();
  /** Clients that were closed. */
  readonly former: Actor[] = [];
  serverClock = new OwnedClock(this.clock);
  running = false;
  /** Timers of a server that nobody has come to yet. */
  idleTimers = 0;
  #transport: MemoryTransport = memoryTransport();
  #started: StartedServer | null = null;
  #traffic = 0;
  readonly #labels = new Map<string, string>();
  readonly #serials = new Map<string, number>();

  readonly openSocket: MemoryTransport['openSocket'] = (...connection) =>
    this.#transport.openSocket(...connection);

  private constructor(holdings: ServerHoldings) {
    this.holdings = holdings;
  }

  static async open(names: readonly string[], holdings: ServerHoldings): Promise<World> {
    const world = new World(holdings);
    for (const name of names) world.actors.set(name, new Actor(world, name));
    await world.start();
    return world;
  }

  get transport(): MemoryTransport {
    return this.#transport;
  }

  get organization(): OrganizationApi {
    if (!this.#started) throw new Error('the server does not run');
    return this.#started.server.organization();
  }

  actor(name: string): Actor {
    const actor = this.actors.get(name);
    if (!actor) throw new Error(`there is no client "${name}"`);
    return actor;
  }

  /** In place of one that was closed for good. */
  replace(name: string): Actor {
    this.former.push(this.actor(name));
    const actor = new Actor(this, name);
    this.actors.set(name, actor);
    return actor;
  }

  async start(): Promise<void> {
    this.serverClock = new OwnedClock(this.clock);
    this.#transport = memoryTransport({ pingPeriodMs: PING_PERIOD_MS });
    this.#started = await startServer([this.#transport], {
      clock: this.serverClock,
      initialChannels: [...NETS],
      limits: { commandBurst: 1000, commandsPerSecond: 1000 },
    });
    await this.clock.settle();
    this.idleTimers = this.serverClock.pending;
    this.running = true;
  }

  /** Without a word to anybody, as a process that is killed. */
  async stop(): Promise<void> {
    this.running = false;
    for (const link of this.#transport.links) link.cut();
    await this.#started?.stop();
    this.#started = null;
  }

  /** Everybody is told when to come back. */
  async drain(): Promise<void> {
    await this.#started?.stop();
    this.running = false;
    this.#started = null;
  }

  /** The same name for a session in every run: whose it is, and the how many-th. */
  label(session: string, name: string): string {
    const known = this.#labels.get(session);
    if (known !== undefined) return known;
    const serial = (this.#serials.get(name) ?? 0) + 1;
    this.#serials.set(name, serial);
    const label = `${name}#${serial}`;
    this.#labels.set(session, label);
    return label;
  }

  session(label: string | null): string {
    for (const [session, known] of this.#labels) if (known === label) return session;
    throw new Error(`nobody has heard of "${label}"`);
  }

  /** The scene as the server has it. */
  scene(): Scene {
    const scene = emptyScene();
    const { participants, channels } = this.organization;
    const names = new Map(channels.list().map(({ id, name }) => [id, name]));
    for (const { session, user, muted, away, memberships } of participants.list()) {
      const person = newcomer(muted, away);
      scene.people.set(this.label(session, user.name), person);
      for (const [channel, membership] of memberships) {
        person.stays.set(names.get(channel) ?? channel, flagsOf(membership));
      }
    }
    for (const { name, topic } of channels.list()) scene.topics.set(name, topic);
    return scene;
  }

  channel(net: string): string {
    return this.organization.channels.find(net)?.id ?? net;
  }

  passed(): void {
    this.#traffic += 1;
  }

  /** Until nothing is on its way any more, without a moment passing. */
  async quiet(): Promise<void> {
    let calm = 0;
    for (let round = 0; calm < 2; round++) {
      if (round > MAX_ROUNDS) throw new Error('messages go on for ever while time stands still');
      const before = this.#traffic;
      await this.clock.advanceAsync(0);
      calm = this.#traffic === before ? calm + 1 : 0;
    }
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
    await this.quiet();
  }

  /** What this is answered, when nothing stands in the way of an answer. */
  async answer<T>(call: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    call.then(settle, settle);
    for (let round = 0; !isSettled; round++) {
      if (round > MAX_ROUNDS)
        throw new Error('a call has no answer, and nothing stands in its way');
      await this.clock.advanceAsync(0);
    }
    return call;
  }
}
