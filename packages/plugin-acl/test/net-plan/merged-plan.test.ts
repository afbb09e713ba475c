import { randomUUID } from 'node:crypto';
import type { NetPlanEntry, RoleRecord } from '@sidetone/core';
import { expect } from 'chai';
import { mergedPlan } from '../../src/net-plan/merged-plan.js';

const organizationId = randomUUID();

function net(channelId: string, slot: number | null, level = 80): NetPlanEntry {
  return { channelId, listen: true, selected: false, talk: true, slot, level, pan: 0 };
}

function role(rank: number, ...netPlan: NetPlanEntry[]): RoleRecord {
  const content = { name: `R${rank}`, permissions: [], implicit: null, version: 1 };
  return { id: randomUUID(), organizationId, rank, netPlan, ...content };
}

describe('the net plan of somebody with several roles', () => {
  it('has what the highest role says of a channel, in the order of the highest', () => {
    const low = role(1, net('flight', 2, 40), net('lobby', null));
    const high = role(9, net('command', 1), net('flight', 3));
    expect(mergedPlan([low, high], () => true)).to.deep.equal([
      net('command', 1),
      net('flight', 3),
      net('lobby', null),
    ]);
  });

  it('gives a slot once', () => {
    const plan = mergedPlan([role(1, net('lobby', 1)), role(9, net('command', 1))], () => true);
    expect(plan.map(({ slot }) => slot)).to.deep.equal([1, null]);
  });

  it('has nothing of a channel that is hidden, not even its slot', () => {
    const plan = mergedPlan(
      [role(1, net('lobby', 1)), role(9, net('command', 1))],
      (channelId) => channelId !== 'command',
    );
    expect(plan).to.deep.equal([net('lobby', 1)]);
  });
});
