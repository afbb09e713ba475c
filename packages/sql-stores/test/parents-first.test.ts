import type { ChannelRecord } from '@sidetone/core';
import { FREE_NET } from '@sidetone/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { parentsFirst } from '../src/store/parents-first.js';

describe('The order of an export of channels', () => {
  it('has every channel once, and each after its parent', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (seeds) => {
        // Each channel is below one of those before it, or below none.
        const channels = seeds.map((seed, at) => channel(at, seed % (at + 1)));
        const order = parentsFirst([...channels].reverse()).map(({ id }) => id);
        expect([...order].sort()).to.deep.equal(channels.map(({ id }) => id).sort());
        for (const { id, parentId } of channels) {
          if (parentId !== null) expect(order.indexOf(parentId)).to.be.lessThan(order.indexOf(id));
        }
      }),
    );
  });
});

function channel(at: number, parent: number): ChannelRecord {
  return {
    id: String(at),
    organizationId: 'one',
    parentId: parent === at ? null : String(parent),
    name: 'Flight',
    topic: '',
    position: 0,
    participantLimit: null,
    passwordHash: null,
    net: FREE_NET,
    version: 1,
  };
}
