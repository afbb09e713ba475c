import { expect } from 'chai';
import fc from 'fast-check';
import type { RouteKeys } from '@sidetone/protocol';
import { VoiceWorld, type VoiceMember } from '../double/voice-world.js';

type Step =
  | { readonly do: 'join' | 'leave' | 'mayListen' | 'mayNotListen'; readonly who: number }
  | { readonly do: 'answer'; readonly who: number; readonly how: 'at once' | 'held' | 'gone' }
  | { readonly do: 'acknowledge'; readonly who: number }
  | { readonly do: 'wait'; readonly ms: number };

const MEMBERS = 4;
const who = fc.integer({ min: 0, max: MEMBERS - 1 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('join', 'leave', 'mayListen', 'mayNotListen'), who }),
  fc.record({ do: fc.constant('answer'), who, how: fc.constantFrom('at once', 'held', 'gone') }),
  fc.record({ do: fc.constant('acknowledge'), who }),
  fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(1, 20, 99, 200, 250, 350, 1_000) }),
);

/** What each member has ever learnt, from answers and installations. */
class Knowledge {
  readonly #secrets = new Map<VoiceMember, Map<number, string>>();

  learn(member: VoiceMember, keys: readonly RouteKeys[]): void {
    const known = this.#secrets.get(member) ?? new Map<number, string>();
    this.#secrets.set(member, known);
    for (const { epoch, secret } of [...keys, ...member.outlet.installed]) {
      if (secret !== undefined) known.set(epoch, secret);
    }
  }

  knows(member: VoiceMember, epoch: number): boolean {
    return this.#secrets.get(member)?.has(epoch) ?? false;
  }
}

describe('rotation, as a model', () => {
  it('keeps every entitled member able to hear, and every former one out, in any order of events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), async (steps) => {
        const world = new VoiceWorld();
        const [net] = (await world.channels('net')) as [string];
        const talker = world.session([net]);
        const target = await talker.talksTo({ channels: [net] });
        const members = Array.from({ length: MEMBERS }, () => world.session());
        const knowledge = new Knowledge();
        const entitled = (member: VoiceMember): boolean =>
          world.roster.members(net).has(member.id) &&
          world.roster.allows(member.id, 'LISTEN', { channelId: net });

        for (const step of steps) {
          await take(world, net, members, knowledge, step);
          for (const member of members) knowledge.learn(member, []);
          const before = members.map((member) => member.heard.length);
          target.say();
          members.forEach((member, i) => {
            const gained = member.heard.length - (before[i] ?? 0);
            expect(gained, 'frames heard').to.equal(entitled(member) ? 1 : 0);
            if (!entitled(member)) return;
            expect(knowledge.knows(member, target.epoch(0)), 'knows the epoch').to.equal(true);
          });
        }
        // A window, an installation that nobody acknowledges, and the same again.
        await world.clock.advanceAsync(2 * (200 + 350) + 250);
        for (const member of members) {
          knowledge.learn(member, []);
          expect(knowledge.knows(member, target.epoch(0))).to.equal(entitled(member));
        }
        const epochs = talker.outlet.activated.map(({ epoch }) => epoch);
        expect(epochs).to.deep.equal(epochs.map((_, i) => i + 1));
        expect(world.dropped('unknownEpoch')).to.equal(0);
      }),
      { numRuns: 150 },
    );
  }).timeout(60_000);
});

async function take(
  world: VoiceWorld,
  net: string,
  members: readonly VoiceMember[],
  knowledge: Knowledge,
  step: Step,
): Promise<void> {
  if (step.do === 'wait') return world.clock.advanceAsync(step.ms);
  const member = members[step.who];
  if (member === undefined) return;
  const present = world.roster.members(net).has(member.id);
  switch (step.do) {
    case 'join':
      if (present) return;
      member.join(net);
      knowledge.learn(member, await member.keys(net));
      return;
    case 'leave':
      if (present) member.leave(net);
      return;
    case 'mayListen':
    case 'mayNotListen':
      if (step.do === 'mayListen') world.roster.allow(member.id, 'LISTEN', { channelId: net });
      else world.roster.deny(member.id, 'LISTEN', { channelId: net });
      world.plane.changed({ sessionId: member.id });
      return;
    case 'answer':
      member.outlet.acknowledges = step.how;
      return;
    case 'acknowledge':
      member.outlet.acknowledge();
      return world.clock.settle();
  }
}
