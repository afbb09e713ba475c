import type { FloorMode, PriorityClass } from '@sidetone/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { VoiceWorld, type TestTarget, type VoiceMember } from '../double/voice-world.js';
import { NetModel } from './net-model.js';

const NETS = 3;
const PEOPLE = 4;
/** Far less than the silence that lets a key go. */
const STEP_MS = 20;

const person = fc.nat(PEOPLE - 1);
const net = fc.nat(NETS - 1);
const joinStep = fc.record({
  kind: fc.constant('join' as const),
  person,
  net,
  max: fc.constantFrom<PriorityClass>(1, 2, 3),
});
const keyStep = fc.record({ kind: fc.constant('key' as const), person, net });
const modeStep = fc.record({
  kind: fc.constant('mode' as const),
  net,
  mode: fc.constantFrom<FloorMode>('open', 'lockout', 'priority'),
});
const patchStep = fc.record({
  kind: fc.constant('patch' as const),
  nets: fc.uniqueArray(net, { minLength: 2, maxLength: NETS }),
});
const step = fc.oneof(
  { weight: 8, arbitrary: keyStep },
  { weight: 2, arbitrary: joinStep },
  { weight: 2, arbitrary: modeStep },
  { weight: 3, arbitrary: patchStep },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('leave' as const, 'listen' as const),
      person,
      net,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('stance' as const),
      net,
      stance: fc.constantFrom(0, 0, 1, 2),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'unpatch' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The voice plane and the model, made to do the same. */
class Pair {
  readonly model: NetModel;
  readonly world: VoiceWorld;
  readonly people: VoiceMember[];
  readonly ids: readonly string[];
  readonly #asked: readonly PriorityClass[];
  readonly #targets = new Map<string, TestTarget>();
  readonly #ends = new Map<readonly number[], () => void>();
  #looked = 0;

  static async create(asked: readonly PriorityClass[]): Promise<Pair> {
    const world = new VoiceWorld();
    return new Pair(world, asked, await world.channels(...Array.from({ length: NETS }, String)));
  }

  private constructor(world: VoiceWorld, asked: readonly PriorityClass[], ids: readonly string[]) {
    this.world = world;
    this.ids = ids;
    this.#asked = asked;
    this.model = new NetModel(NETS, asked);
    this.people = asked.map(() => world.session());
  }

  async take(taken: Step): Promise<void> {
    switch (taken.kind) {
      case 'join':
        return this.#join(taken.person, taken.net, taken.max);
      case 'leave':
      case 'listen':
      case 'key':
        return this.#change(taken.kind, taken.person, taken.net);
      case 'stance':
        this.model.stances[taken.net] = taken.stance;
        this.model.settle();
        return this.world.setNet(this.#id(taken.net), { minTalkPriority: taken.stance });
      case 'mode':
        this.model.modes[taken.net] = taken.mode;
        this.model.settle();
        return this.world.setNet(this.#id(taken.net), { floorMode: taken.mode });
      case 'patch':
        return this.#patch(taken.nets);
      case 'unpatch':
        return this.#unpatch(this.model.patches[0]);
    }
  }

  /** One frame of every key that is down reaches exactly whom the model says. */
  speak(): void {
    this.world.clock.advance(STEP_MS);
    for (const [key, target] of this.#targets) {
      const [who, where] = key.split(' ').map(Number) as [number, number];
      if (!this.model.isPressed(who, where)) continue;
      target.say();
      this.#expectHeard(key, this.model.hearersOf(who, where));
    }
  }

  async expectKeys(): Promise<void> {
    for (const [who, { id }] of this.people.entries()) {
      const routes = (await this.world.plane.keys(id)).map(({ route }) => route.channel ?? '');
      const held = routes.map((channel) => this.ids.indexOf(channel)).sort((a, b) => a - b);
      expect([...new Set(held)], `keys of ${who}`).to.deep.equal(this.model.keysOf(who));
    }
  }

  async #join(who: number, where: number, max: PriorityClass): Promise<void> {
    if (this.model.members[where]?.has(who)) return;
    const member = this.people[who] as VoiceMember;
    this.model.members[where]?.set(who, { max, listening: true });
    member.join(this.#id(where), { maxPriority: max });
    const options = { priority: this.#asked[who] ?? 1, source: `on-${where}` };
    const target = await member.talksTo({ channels: [this.#id(where)] }, options);
    this.#targets.set(`${who} ${where}`, target);
  }

  #change(kind: 'leave' | 'listen' | 'key', who: number, where: number): void {
    const membership = this.model.members[where]?.get(who);
    const target = this.#targets.get(`${who} ${where}`);
    const member = this.people[who];
    if (!membership || !target || !member) return;
    if (kind === 'leave') {
      this.model.members[where]?.delete(who);
      this.model.settle();
      member.leave(this.#id(where));
      this.world.plane.unregister(member.id, target.id);
      this.#targets.delete(`${who} ${where}`);
    } else if (kind === 'listen') {
      membership.listening = !membership.listening;
      member.setMembership(this.#id(where), { listening: membership.listening });
    } else this.#key(who, where, target);
  }

  #key(who: number, where: number, target: TestTarget): void {
    const down = this.model.isPressed(who, where);
    if (!down) this.model.press(who, where);
    const hearers = this.model.hearersOf(who, where);
    target.say({ start: !down, end: down });
    if (down) this.model.release(who, where);
    this.#expectHeard(`${who} ${where} ${down ? 'up' : 'down'}`, hearers);
  }

  #patch(nets: readonly number[]): void {
    if (nets.some((each) => this.model.groupOf(each).length > 1)) return;
    this.model.patches.push(nets);
    this.model.settle();
    this.#ends.set(nets, this.world.patch(...nets.map((each) => this.#id(each))));
  }

  #unpatch(nets: readonly number[] | undefined): void {
    if (nets === undefined) return;
    this.model.patches = this.model.patches.filter((each) => each !== nets);
    this.model.settle();
    this.#ends.get(nets)?.();
  }

  #expectHeard(what: string, hearers: readonly number[]): void {
    const { deliveries } = this.world.websocket;
    const handles = this.people.map(({ handle }) => handle);
    const heard = deliveries.slice(this.#looked).map(({ sink }) => handles.indexOf(sink));
    this.#looked = deliveries.length;
    expect(
      heard.sort((a, b) => a - b),
      what,
    ).to.deep.equal(hearers);
  }

  #id(which: number): string {
    return this.ids[which] ?? '';
  }
}

describe('Who hears whom on nets', () => {
  it('is as in a plain model, over joins, leaves, keys, stances, modes and patches', async () => {
    const asked = fc.array(fc.constantFrom<PriorityClass>(0, 1, 1, 2, 3), {
      minLength: PEOPLE,
      maxLength: PEOPLE,
    });
    // Most are in most nets from the start, or hardly anybody would meet.
    const start = fc.array(fc.oneof(joinStep, modeStep), { minLength: 8, maxLength: 16 });
    const steps = fc.array(step, { minLength: 10, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(asked, start, steps, async (classes, first, taken) => {
        const pair = await Pair.create(classes);
        for (const each of [...first, ...taken]) {
          await pair.take(each);
          pair.speak();
        }
        await pair.expectKeys();
        pair.world.plane.close();
      }),
      { numRuns: 100 },
    );
  });
});
