import { randomUUID } from 'node:crypto';
import { FREE_NET } from '@sidetone/protocol';
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { Channel } from '../../src/channel/channel.js';
import { ChannelTree } from '../../src/channel/channel-tree.js';

function channel(name: string, parentId: string | null = null, position = 0): Channel {
  return {
    id: randomUUID(),
    organizationId: 'organization',
    temporary: false,
    parentId,
    name,
    topic: '',
    position,
    participantLimit: null,
    passwordHash: null,
    net: FREE_NET,
    version: 1,
    members: new Map(),
  };
}

function treeOf(...channels: readonly Channel[]): ChannelTree {
  const tree = new ChannelTree();
  for (const each of channels) tree.add(each);
  return tree;
}

describe('ChannelTree', () => {
  it('orders siblings by position, then by name', () => {
    const tree = treeOf(
      channel('Flight', null, 1),
      channel('Ground', null, 0),
      channel('Air', null, 1),
    );
    expect(tree.children(null).map(({ name }) => name)).to.deep.equal(['Ground', 'Air', 'Flight']);
  });

  it('names a subtree parents first', () => {
    const root = channel('Operations');
    const flight = channel('Flight', root.id);
    const wing = channel('Wing', flight.id);
    const tree = treeOf(wing, flight, root, channel('Elsewhere'));
    expect(tree.subtree(root.id).map(({ name }) => name)).to.deep.equal([
      'Operations',
      'Flight',
      'Wing',
    ]);
  });

  it('refuses a name that a sibling has, whatever its case, and takes it elsewhere', () => {
    const root = channel('Operations');
    const tree = treeOf(root, channel('Flight', root.id));
    expect(() => tree.checkAdd(root.id, 'FLIGHT', null))
      .to.throw()
      .with.property('code', 'ALREADY_EXISTS');
    expect(() => tree.checkAdd(null, 'FLIGHT', null)).not.to.throw();
  });

  it('refuses a parent that is not there', () => {
    expect(() => treeOf().checkAdd(randomUUID(), 'Flight', null))
      .to.throw()
      .with.property('code', 'NOT_FOUND');
  });

  it('refuses to nest deeper than 16', () => {
    const tree = treeOf();
    let parentId: string | null = null;
    for (let depth = 1; depth <= 16; depth += 1) {
      tree.checkAdd(parentId, 'deeper', null);
      const next: Channel = channel('deeper', parentId);
      tree.add(next);
      parentId = next.id;
    }
    expect(() => tree.checkAdd(parentId, 'too deep', null))
      .to.throw()
      .with.property('code', 'LIMIT_EXCEEDED');
  });

  it('counts the height of what moves against the depth', () => {
    const chain: Channel[] = [];
    for (let depth = 0; depth < 15; depth += 1) chain.push(channel('c', chain.at(-1)?.id ?? null));
    const low = channel('low');
    const lower = channel('lower', low.id);
    const tree = treeOf(...chain, low, lower);
    expect(() => tree.checkMove(low, chain.at(-1)?.id ?? null))
      .to.throw()
      .with.property('code', 'LIMIT_EXCEEDED');
    expect(() => tree.checkMove(low, chain.at(-2)?.id ?? null)).not.to.throw();
  });

  it('never lets a channel move below itself, whatever the tree', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 2, maxLength: 12 }),
        fc.nat(),
        fc.nat(),
        (parents, movingIndex, targetIndex) => {
          const channels: Channel[] = [];
          for (const [index, parent] of parents.entries()) {
            const above = index === 0 ? undefined : channels[parent % index];
            channels.push(channel(`c${index}`, above?.id ?? null));
          }
          const tree = treeOf(...channels);
          const moving = channels[movingIndex % channels.length] as Channel;
          const target = channels[targetIndex % channels.length] as Channel;
          const below = tree.subtree(moving.id).includes(target);
          if (below) {
            expect(() => tree.checkMove(moving, target.id))
              .to.throw()
              .with.property('code', 'INVALID_PARAMS');
          } else {
            tree.checkMove(moving, target.id);
            moving.parentId = target.id;
          }
          const reached = tree.children(null).flatMap(({ id }) => tree.subtree(id));
          expect(reached).to.have.lengthOf(channels.length);
        },
      ),
    );
  });
});
