import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  WireError,
  type ChannelView,
  type MembershipEntry,
  type ParticipantView,
  type SnapshotPart,
} from '@sidetone/protocol';
import type { ParticipantDetails, Plugin } from '../../src/index.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { ReturningClient } from './returning-client.js';
import { Refused } from './test-peer.js';

const PEOPLE = 3;
const CHANNELS = 4;

const transform: Plugin = {
  name: 'shouting',
  version: '1.0.0',
  setup(ctx) {
    ctx.transform('channel', shouted);
    ctx.transform('participant', (view) => ({
      ...view,
      user: { ...view.user, name: `${view.user.name}!` },
    }));
  },
};

const shouted = (view: ChannelView): ChannelView => ({ ...view, name: view.name.toUpperCase() });

interface Step {
  readonly kind: (typeof kinds)[number];
  readonly person: number;
  readonly channel: number;
  readonly on: boolean;
}

const kinds = [
  'mute',
  'deafen',
  'cutOrResume',
  'join',
  'leave',
  'listening',
  'muteIn',
  'deafenIn',
  'muteByModerator',
  'deafenByModerator',
  'moveMember',
  'rename',
  'topic',
  'limit',
  'moveChannel',
  'replaceChannel',
  'replacePerson',
] as const;

/** An organization in which anything may change, and what a newcomer is told of it. */
class Scene {
  readonly door: OpenDoor;
  readonly #people: { client: ReturningClient; here: boolean }[] = [];
  readonly #channels: string[] = [];
  #made = 0;

  constructor(door: OpenDoor) {
    this.door = door;
  }

  async fill(): Promise<void> {
    for (let index = 0; index < CHANNELS; index++) await this.#createChannel(index);
    for (let index = 0; index < PEOPLE; index++) await this.#enter(index);
  }

  /** A step that is refused, for instance a flag of a net that was not joined, changes nothing. */
  async do(step: Step): Promise<void> {
    await this.#do(step).catch((error: unknown) => {
      if (!(error instanceof Refused || error instanceof WireError)) throw error;
    });
    await settle();
  }

  get truth(): object {
    const { channels, participants } = this.door.server.organization();
    const people = participants.list();
    return {
      channels: channels.list().map(shouted),
      participants: people.map(seenOf),
      memberships: people.flatMap(membershipsOf),
    };
  }

  async expectTruth(): Promise<void> {
    const peer = this.door.connect();
    await peer.signIn('Newcomer');
    const parts = peer.heard('snapshotPart') as unknown as SnapshotPart[];
    const told = {
      channels: parts.flatMap(({ channels }) => channels),
      participants: parts.flatMap(({ participants }) => participants),
      memberships: parts.flatMap(({ memberships }) => memberships),
    };
    expect(told).to.deep.equal(this.truth);
    await peer.request('session.close', {});
  }

  async #do({ kind, person: index, channel: place, on }: Step): Promise<void> {
    const person = this.#people[index] as { client: ReturningClient; here: boolean };
    const { peer, session } = person.client;
    const channel = this.#channels[place] as string;
    const other = this.#channels[(place + 1) % CHANNELS] as string;
    const { channels, participants } = this.door.server.organization();
    const setMembership = (flags: object): Promise<unknown> =>
      peer.ask('channel.setMembership', { channel, ...flags });
    const perform: Record<Step['kind'], () => Promise<unknown>> = {
      mute: () => peer.ask('session.setState', { muted: on }),
      deafen: () => peer.ask('session.setState', { deafened: on }),
      cutOrResume: () => this.#cutOrResume(person),
      join: () => peer.ask('channel.join', { channel }),
      leave: () => peer.ask('channel.leave', { channel }),
      listening: () => setMembership({ listening: on }),
      muteIn: () => setMembership({ muted: on }),
      deafenIn: () => setMembership({ deafened: on }),
      muteByModerator: () => participants.mute(session, channel, on),
      deafenByModerator: () => participants.deafen(session, channel, on),
      moveMember: () => participants.move(session, channel, other),
      rename: () => channels.update(channel, { name: this.#newName() }),
      topic: () => channels.update(channel, { topic: this.#newName() }),
      limit: () => channels.update(channel, { participantLimit: on ? 50 + place : null }),
      moveChannel: () => channels.move(channel, { parent: on ? other : null, position: index }),
      replaceChannel: () => channels.delete(channel).then(() => this.#createChannel(place)),
      replacePerson: () => participants.kick(session).then(() => this.#enter(index)),
    };
    // What waits for a connection that is cut is never answered.
    if (!person.here && kind !== 'cutOrResume') return;
    await perform[kind]();
  }

  async #cutOrResume(person: { client: ReturningClient; here: boolean }): Promise<void> {
    if (person.here) person.client.cut();
    else await person.client.resume().then(() => person.client.confirm());
    person.here = !person.here;
  }

  async #createChannel(place: number): Promise<void> {
    const { channels } = this.door.server.organization();
    this.#channels[place] = (await channels.create({ name: this.#newName() })).id;
  }

  async #enter(index: number): Promise<void> {
    const client = await ReturningClient.enter(this.door, `Person ${index}`);
    this.#people[index] = { client, here: true };
  }

  #newName(): string {
    return `name ${(this.#made += 1)}`;
  }
}

function seenOf({ memberships: _, ...view }: ParticipantDetails): ParticipantView {
  return { ...view, user: { ...view.user, name: `${view.user.name}!` } };
}

function membershipsOf({ session, memberships }: ParticipantDetails): MembershipEntry[] {
  return Array.from(memberships, ([channel, own]) => {
    const { listening, muted, deafened, mutedByModerator, deafenedByModerator } = own;
    const membership = { listening, muted, deafened, mutedByModerator, deafenedByModerator };
    return { channel, session, membership };
  });
}

async function withScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const limits = { commandBurst: 1000 };
  const door = await openDoor([transform], { limits });
  try {
    const scene = new Scene(door);
    await scene.fill();
    await scene.expectTruth();
    await run(scene);
  } finally {
    await door.server.stop();
  }
}

describe('A snapshot', () => {
  it('shows each kind of change since the one before', async () => {
    await withScene(async (scene) => {
      for (const kind of kinds) {
        const about = { person: 0, channel: 0 };
        if (kind !== 'join') await scene.do({ kind: 'join', ...about, on: true });
        const truths = [JSON.stringify(scene.truth)];
        for (const on of [true, false]) {
          await scene.do({ kind, ...about, on });
          truths.push(JSON.stringify(scene.truth));
          await scene.expectTruth();
        }
        expect(new Set(truths), `${kind} did nothing`).to.have.property('size').that.is.above(1);
      }
    });
  });

  it('is that of now after any changes in any order', async () => {
    const step = fc.record({
      kind: fc.constantFrom(...kinds),
      person: fc.nat({ max: PEOPLE - 1 }),
      channel: fc.nat({ max: CHANNELS - 1 }),
      on: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 8 }), (rounds) =>
        withScene(async (scene) => {
          for (const steps of rounds) {
            for (const each of steps) await scene.do(each);
            await scene.expectTruth();
          }
        }),
      ),
      { numRuns: 40 },
    );
  });
});
