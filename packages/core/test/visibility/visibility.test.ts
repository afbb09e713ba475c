import { expect } from 'chai';
import fc from 'fast-check';
import type { MediaPort, OrganizationApi } from '../../src/index.js';
import { openDoor, settle, type OpenDoor } from '../domain/open-door.js';
import { ScriptedPolicy } from '../double/scripted-policy.js';
import { Canaries, Eavesdropper, type Leak } from './eavesdropper.js';
import { SecretRules, type SecretRole } from './secret-rules.js';

const PEOPLE = 4;
const ROLES = 3;

/** Numbers are taken modulo what there is. */
interface Step {
  readonly kind: (typeof kinds)[number];
  readonly who: number;
  readonly one: number;
  readonly other: number;
  readonly flag: boolean;
}

const kinds = [
  ...(['join', 'join', 'leave', 'create', 'rename', 'moveChannel', 'delete', 'password'] as const),
  ...(['move', 'mute', 'setState', 'whisper', 'shout', 'talkTo', 'patch', 'unpatch'] as const),
  ...(['explain', 'list', 'portJoins', 'portTalks', 'portWhispers', 'portLeaves'] as const),
  ...(['cut', 'comeBack', 'quit', 'roleOfOne', 'roleOfAll', 'channelHidden', 'seesAll'] as const),
] as const;

const role: fc.Arbitrary<SecretRole> = fc.record({
  seesAll: fc.boolean(),
  shy: fc.boolean(),
  hidden: fc.nat(0xfff),
  fromAbove: fc.nat(0xfff),
  closed: fc.nat(0xfff).map((bits) => bits & 0x111),
});
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  who: fc.nat(PEOPLE - 1),
  one: fc.nat(63),
  other: fc.nat(63),
  flag: fc.boolean(),
});
const scene = fc.record({
  roles: fc.array(role, { minLength: ROLES, maxLength: ROLES }),
  parents: fc.array(fc.nat(63), { minLength: 3, maxLength: 7 }),
  steps: fc.array(step, { minLength: 10, maxLength: 40 }),
});

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

/** One server, its people, and what happens there. */
class Stage {
  readonly leaks: Leak[] = [];
  readonly #door: OpenDoor;
  readonly #organization: OrganizationApi;
  readonly #policy: ScriptedPolicy;
  readonly #rules: SecretRules;
  readonly #people: Eavesdropper[] = [];
  readonly #ports: MediaPort[] = [];
  #made = 0;

  private constructor(door: OpenDoor, policy: ScriptedPolicy, rules: SecretRules) {
    this.#door = door;
    this.#policy = policy;
    this.#rules = rules;
    this.#organization = door.server.organization();
    rules.organization = this.#organization;
  }

  static async open(roles: readonly SecretRole[], parents: readonly number[]): Promise<Stage> {
    const rules = new SecretRules(roles);
    const policy = new ScriptedPolicy((...question) => rules.decide(...question));
    const door = await openDoor([policy.plugin], {
      initialChannels: [],
      limits: { commandBurst: 1000, commandsPerSecond: 1000 },
    });
    const stage = new Stage(door, policy, rules);
    for (const parent of parents) await stage.#populate(parent);
    const canaries = new Canaries(stage.#organization);
    for (let n = 0; n < PEOPLE; n += 1) {
      const name = `secret-person-${n}-x`;
      rules.roleOf.set(name, n % ROLES);
      const person = new Eavesdropper(name, door, rules, canaries, stage.leaks);
      stage.#people.push(person);
      await person.enter();
    }
    for (let n = 0; n < 2; n += 1) {
      const port = {
        displayName: `secret-port-${n}-x`,
        frames: 'opened',
        onFrame: () => {},
      } as const;
      stage.#ports.push(stage.#organization.openMediaPort(port));
    }
    stage.#look(false);
    return stage;
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const each of steps) {
      const rightsChanged = await this.#take(each);
      await settle();
      this.#door.clock.advance(150);
      await settle();
      this.#look(rightsChanged);
    }
    for (const person of this.#people) if (person.away) await person.comeBack();
  }

  close(): Promise<void> {
    return this.#door.server.stop();
  }

  #look(rightsChanged: boolean): void {
    for (const person of this.#people) person.look(rightsChanged);
  }

  async #populate(parent: number): Promise<void> {
    const all = this.#organization.channels.list();
    const above = all[parent % (all.length + 1)]?.id ?? null;
    await this.#organization.channels.create({ parent: above, ...this.#draft() });
  }

  #draft(): { name: string; topic: string } {
    this.#made += 1;
    return { name: `secret-name-${this.#made}-x`, topic: `secret-topic-${this.#made}-x` };
  }

  /** Whether rights have been changed by it. */
  async #take({ kind, who, one, other, flag }: Step): Promise<boolean> {
    const channels = this.#organization.channels.list();
    const sessions = this.#organization.participants.list();
    const channel = channels[one % channels.length]?.id ?? '';
    const second = channels[other % channels.length]?.id ?? '';
    const target = sessions[other % sessions.length];
    const session = target?.session ?? '';
    const user = target?.user.id ?? '';
    const person = this.#people[who] as Eavesdropper;
    const port = this.#ports[who % this.#ports.length] as MediaPort;
    const ask = (method: string, params: object): Promise<false> =>
      person.ask(method, params).then(() => false);
    const quietly = (made: Promise<unknown>): Promise<false> =>
      made.then(
        () => false,
        () => false,
      );
    switch (kind) {
      case 'join':
        return ask('channel.join', { channel, password: 'guess' });
      case 'leave':
        return ask('channel.leave', { channel });
      case 'create':
        return ask('channel.create', {
          parent: flag ? channel : null,
          temporary: other % 2 === 0,
          ...this.#draft(),
        });
      case 'rename':
        return ask('channel.update', { channel, ...this.#draft() });
      case 'password':
        return ask('channel.update', { channel, password: flag ? 'word' : null });
      case 'moveChannel':
        return ask('channel.move', { channel, parent: flag ? second : null, position: one });
      case 'delete':
        if (channels.length < 3) return false;
        return ask('channel.delete', { channel });
      case 'move':
        return ask('participant.move', { session, from: channel, to: second });
      case 'mute':
        return ask('participant.mute', { session, channel, muted: flag });
      case 'setState':
        return ask('session.setState', { muted: flag });
      case 'whisper':
        return ask('talk.register', { target: { users: [user] } });
      case 'shout':
        return ask('talk.register', { target: { subtree: channel } });
      case 'talkTo':
        return ask('talk.register', { target: { channels: [channel] } });
      case 'patch':
        if (channel === second) return false;
        return flag
          ? ask('patch.create', { channels: [channel, second] })
          : quietly(this.#organization.patches.create({ channels: [channel, second] }));
      case 'unpatch': {
        const patch = this.#organization.patches.list()[0]?.id ?? channel;
        return flag ? ask('patch.end', { patch }) : quietly(this.#organization.patches.end(patch));
      }
      case 'explain':
        await person.ask('access.explain', { permission: 'SPEAK', channel });
        return ask('access.explain', { permission: 'MUTE', session, user });
      case 'list':
        return ask('access.list', { channel });
      case 'portJoins':
        return quietly(port.join(channel));
      case 'portLeaves':
        return quietly(port.leave(channel));
      case 'portTalks':
      case 'portWhispers': {
        const spec =
          kind === 'portWhispers'
            ? { users: [user] }
            : flag
              ? { channels: [channel] }
              : { subtree: channel };
        const talk = async (): Promise<void> => {
          const line = await port.register(spec);
          line.send(Uint8Array.of(0x78, 1, 2, 3));
          line.send(Uint8Array.of(0x78, 4, 5, 6), { end: other % 2 === 0 });
        };
        return quietly(talk());
      }
      case 'cut':
        if (!person.away) person.cut();
        return false;
      case 'comeBack':
        if (person.away) await person.comeBack();
        return false;
      case 'quit':
        if (person.away) return false;
        await person.ask('session.close', {});
        await settle();
        await person.enter();
        return false;
      case 'roleOfOne':
        this.#rules.roleOf.set(person.name, one % ROLES);
        this.#policy.announce({
          organizationId: this.#organization.id,
          userId: sessions.find((each) => each.session === person.session)?.user.id ?? '',
        });
        return true;
      case 'roleOfAll':
        this.#change(one % ROLES, ({ hidden, ...rest }) => ({
          ...rest,
          hidden: hidden ^ (other * 5),
        }));
        this.#policy.announce(flag ? {} : { organizationId: this.#organization.id });
        return true;
      case 'channelHidden':
        this.#change(who % ROLES, ({ hidden, ...rest }) => {
          return { ...rest, hidden: hidden ^ (1 << this.#rules.numberOf(channel)) };
        });
        this.#policy.announce({ organizationId: this.#organization.id });
        return true;
      case 'seesAll':
        this.#change(one % ROLES, (before) => ({ ...before, seesAll: flag }));
        this.#policy.announce({ organizationId: this.#organization.id });
        return true;
    }
  }

  #change(index: number, to: (before: SecretRole) => SecretRole): void {
    this.#rules.roles[index] = to(this.#rules.roles[index] as SecretRole);
  }
}

describe('Visibility', () => {
  it('lets no message to a client tell of what it may not see, whatever happens', async function () {
    this.timeout(120_000);
    const seen = async ({ roles, parents, steps }: Scene) => {
      const stage = await Stage.open(roles, parents);
      try {
        await stage.play(steps);
        expect(stage.leaks.slice(0, 3)).to.deep.equal([]);
      } finally {
        await stage.close();
      }
    };
    await fc.assert(fc.asyncProperty(scene, seen), { numRuns: 60 });
  });
});
