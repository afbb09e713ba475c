import type { PriorityClass } from '@sidetone/protocol';
import { expect } from 'chai';
import { endsOf, refusalsOf } from '../double/own-talk.js';
import { VoiceWorld, type TestTarget, type VoiceMember } from '../double/voice-world.js';

/** Somebody who talks in a class on one net. */
interface Speaker {
  readonly member: VoiceMember;
  readonly target: TestTarget;
}

describe('a net', () => {
  let world: VoiceWorld;
  let net: string;
  let listener: VoiceMember;

  beforeEach(async () => {
    world = new VoiceWorld();
    [net] = (await world.channels('net')) as [string];
    listener = world.session([net]);
  });

  const speaker = async (priority: PriorityClass): Promise<Speaker> => {
    const member = world.session();
    member.join(net, { maxPriority: 3 });
    return { member, target: await member.talksTo({ channels: [net] }, { priority }) };
  };
  const heard = (): number[] =>
    world.websocket.deliveries
      .filter(({ sink }) => sink === listener.handle)
      .map(({ sourceHandle }) => sourceHandle);
  const handleOf = ({ target }: Speaker): number => target.registered.source.handle;

  it('that is open carries all side by side', async () => {
    const [one, two] = [await speaker(1), await speaker(3)];
    one.target.say();
    two.target.say();
    one.target.say();
    expect(heard()).to.deep.equal([one, two, one].map(handleOf));
  });

  it('in lockout carries the first of two who start in one turn, whatever the class', async () => {
    world.setNet(net, { floorMode: 'lockout' });
    const [one, two] = [await speaker(1), await speaker(3)];
    one.target.say();
    two.target.say();
    two.target.say();
    expect(heard()).to.deep.equal([handleOf(one)]);
    expect(refusalsOf(two.member)).to.deep.equal([['NET_BUSY', one.member.id]]);
    expect(refusalsOf(one.member)).to.deep.equal([]);
  });

  it('in lockout is free at the release, for a new press only', async () => {
    world.setNet(net, { floorMode: 'lockout' });
    const [one, two] = [await speaker(1), await speaker(1)];
    one.target.say();
    two.target.say();
    one.target.say({ end: true });
    two.target.say();
    expect(heard()).to.deep.equal([one, one].map(handleOf));
    world.clock.advance(200);
    two.target.say();
    expect(heard()).to.deep.equal([one, one, two].map(handleOf));
  });

  it('in lockout lets nobody in between two frames of the holder, nor after its end was lost', async () => {
    world.setNet(net, { floorMode: 'lockout' });
    const [one, two] = [await speaker(1), await speaker(1)];
    one.target.say();
    world.clock.advance(900);
    two.target.say();
    expect(refusalsOf(two.member)).to.deep.equal([['NET_BUSY', one.member.id]]);
    world.clock.advance(200);
    two.target.say();
    expect(heard()).to.deep.equal([one, two].map(handleOf));
  });

  it('in lockout does not keep a holder from its own second target', async () => {
    world.setNet(net, { floorMode: 'lockout' });
    const one = await speaker(1);
    const second = await one.member.talksTo({ channels: [net] }, { source: 'music' });
    one.target.say();
    second.say();
    expect(heard()).to.have.length(2);
    expect(refusalsOf(one.member)).to.deep.equal([]);
  });

  it('by priority ends all lower ones for a higher one', async () => {
    const [low, other] = [await speaker(0), await speaker(1)];
    low.target.say();
    other.target.say();
    world.setNet(net, { floorMode: 'priority' });
    const chief = await speaker(2);
    chief.target.say();
    low.target.say();
    other.target.say();
    expect(heard()).to.deep.equal([low, other, chief].map(handleOf));
    // The change of mode has ended the lower of the two.
    expect(refusalsOf(low.member)).to.deep.equal([['NET_BUSY', other.member.id]]);
    expect(refusalsOf(other.member)).to.deep.equal([['NET_BUSY', chief.member.id]]);
    expect([low, other].map(({ member }) => endsOf(member))).to.deep.equal([
      ['preempted'],
      ['preempted'],
    ]);
  });

  it('by priority refuses who is not higher, and counts the class that was asked for', async () => {
    world.setNet(net, { floorMode: 'priority' });
    const [holder, same, lower] = [await speaker(2), await speaker(2), await speaker(1)];
    holder.target.say();
    same.target.say();
    lower.target.say();
    expect(heard()).to.deep.equal([handleOf(holder)]);
    for (const { member } of [same, lower]) {
      expect(refusalsOf(member)).to.deep.equal([['NET_BUSY', holder.member.id]]);
    }
  });

  it('by priority counts the class that the talker may have, not the one asked for', async () => {
    world.setNet(net, { floorMode: 'priority' });
    const holder = await speaker(1);
    const climber = world.session([net]);
    holder.target.say();
    (await climber.talksTo({ channels: [net] }, { priority: 3 })).say();
    expect(refusalsOf(climber)).to.deep.equal([['NET_BUSY', holder.member.id]]);
  });

  describe('that gets another mode while people talk', () => {
    it('leaves the floor to the earliest in lockout', async () => {
      const [one, two, three] = [await speaker(0), await speaker(3), await speaker(1)];
      for (const { target } of [one, two, three]) target.say();
      world.setNet(net, { floorMode: 'lockout' });
      for (const { target } of [one, two, three]) target.say();
      expect(heard()).to.deep.equal([one, two, three, one].map(handleOf));
      expect([one, two, three].map(({ member }) => endsOf(member))).to.deep.equal([
        [],
        ['preempted'],
        ['preempted'],
      ]);
      expect(refusalsOf(two.member)).to.deep.equal([['NET_BUSY', one.member.id]]);
    });

    it('leaves it to the earliest of the highest class by priority', async () => {
      const [one, two, three] = [await speaker(1), await speaker(2), await speaker(2)];
      for (const { target } of [one, two, three]) target.say();
      world.setNet(net, { floorMode: 'priority' });
      for (const { target } of [one, two, three]) target.say();
      expect(heard()).to.deep.equal([one, two, three, two].map(handleOf));
      expect(refusalsOf(one.member)).to.deep.equal([['NET_BUSY', two.member.id]]);
    });

    it('ends nobody when it opens, and lets them in who press again', async () => {
      world.setNet(net, { floorMode: 'lockout' });
      const [one, two] = [await speaker(1), await speaker(1)];
      one.target.say();
      two.target.say({ end: true });
      world.setNet(net, { floorMode: 'open' });
      one.target.say();
      two.target.say();
      expect(heard()).to.deep.equal([one, one, two].map(handleOf));
      expect(endsOf(one.member)).to.deep.equal([]);
    });

    it('does not leave the floor to one whom a stance ends in the same change', async () => {
      const [one, two] = [await speaker(0), await speaker(1)];
      one.target.say();
      two.target.say();
      world.setNet(net, { floorMode: 'lockout', minTalkPriority: 1 });
      expect([endsOf(one.member), endsOf(two.member)]).to.deep.equal([['revoked'], []]);
    });
  });

  it('goes on where a policy that settles floors fails', async () => {
    const failing = {
      start: () => ({ granted: true, preempt: [] }) as const,
      settle: () => {
        throw new Error('no rule');
      },
    };
    world = new VoiceWorld({ floorPolicy: failing });
    [net] = (await world.channels('net')) as [string];
    listener = world.session([net]);
    const one = await speaker(1);
    one.target.say();
    world.setNet(net, { floorMode: 'lockout' });
    one.target.say();
    expect(heard()).to.have.length(2);
    expect(world.log.messages('error')).to.have.length(1);
  });

  it('does not name a holder to whom its talker is not visible', async () => {
    world.setNet(net, { floorMode: 'lockout' });
    const [one, two] = [await speaker(1), await speaker(1)];
    world.roster.deny(two.member.id, 'VIEW', { sessionId: one.member.id });
    one.target.say();
    two.target.say();
    expect(refusalsOf(two.member)).to.deep.equal([['NET_BUSY', undefined]]);
  });
});
