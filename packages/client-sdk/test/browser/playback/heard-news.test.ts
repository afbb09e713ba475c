import { Priorities } from '@sidetone/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { HeardNewsTeller } from '../../../src/browser/playback/heard-news.js';
import { HeardMirror } from '../../../src/browser/worklet/heard-mirror.js';
import type { HeardTable, HeardTransmission } from '../../../src/mixing/heard-talk.js';

const SOURCES = ['s0', 's1', 's2'];
const NETS = ['n0', 'n1', 'n2', 'n3'];
const PATCHES = ['p0', 'p1'];

/** A control state that changes as it is told. */
class Table implements HeardTable {
  readonly underWay = new Map<string, readonly HeardTransmission[]>();
  readonly listened = new Set<string>();
  readonly patches = new Map<string, readonly string[]>();
  readonly placed = new Map<string | null, string>();

  sources(): Iterable<string> {
    return this.underWay.keys();
  }

  transmissionsOf(source: string): readonly HeardTransmission[] {
    return this.underWay.get(source) ?? [];
  }

  hears(channel: string): boolean {
    return this.listened.has(channel);
  }

  channelsOfPatch(patch: string): readonly string[] {
    return this.patches.get(patch) ?? [];
  }

  patchedNets(): ReadonlyMap<string | null, string> {
    return this.placed;
  }
}

const net = fc.constantFrom(...NETS);
const transmission = fc.record({
  priority: fc.constantFrom(...Object.values(Priorities)),
  channels: fc.uniqueArray(net, { maxLength: 3 }),
  patches: fc.uniqueArray(fc.constantFrom(...PATCHES), { maxLength: 2 }),
});
const change = fc.oneof(
  fc.record({
    kind: fc.constant('talk' as const),
    source: fc.constantFrom(...SOURCES),
    transmissions: fc.array(transmission, { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant('listen' as const), net, on: fc.boolean() }),
  fc.record({
    kind: fc.constant('patch' as const),
    patch: fc.constantFrom(...PATCHES),
    nets: fc.uniqueArray(net, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('place' as const),
    from: fc.option(net),
    to: fc.option(net),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(table: Table, each: Change): void {
  switch (each.kind) {
    case 'talk':
      if (each.transmissions.length === 0) table.underWay.delete(each.source);
      else {
        const views = each.transmissions.map(({ priority, channels, patches }) => ({
          priority,
          routes: channels.map((channel, i) => {
            return { id: `${channel} ${i}`, handle: i + 1, kind: 'channel' as const, channel };
          }),
          ...(patches.length > 0 && { patches }),
        }));
        table.underWay.set(each.source, views);
      }
      break;
    case 'listen':
      if (each.on) table.listened.add(each.net);
      else table.listened.delete(each.net);
      break;
    case 'patch':
      table.patches.set(each.patch, each.nets);
      break;
    case 'place':
      if (each.to === null) table.placed.delete(each.from);
      else table.placed.set(each.from, each.to);
      break;
  }
}

/** All that the mix could ask of a talker. */
function seenBy(talk: HeardMirror | Table, table: Table): unknown {
  return SOURCES.map((source) => {
    const views = talk.transmissionsOf(source);
    const around = table.transmissionsOf(source);
    const patches = around.flatMap((view) => view.patches ?? []);
    const channels = [
      ...around.flatMap(({ routes }) => routes.map(({ channel }) => channel ?? '')),
      ...patches.flatMap((patch) => table.channelsOfPatch(patch)),
    ];
    return {
      views,
      heard: channels.map((channel) => talk.hears(channel)),
      patches: patches.map((patch) => talk.channelsOfPatch(patch)),
    };
  });
}

describe('News of the talk that is heard', () => {
  it('leave the audio thread with all that the control state would answer, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 20 }), (rounds) => {
        const table = new Table();
        const teller = new HeardNewsTeller(table);
        const mirror = new HeardMirror();
        for (const changes of rounds) {
          for (const each of changes) apply(table, each);
          const news = teller.news();
          if (news) mirror.update(structuredClone(news));
          expect(seenBy(mirror, table)).to.deep.equal(seenBy(table, table));
          expect(teller.news(), 'told twice').to.equal(null);
        }
      }),
    );
  });

  it('are none when a transmission only lasts on', () => {
    const table = new Table();
    const teller = new HeardNewsTeller(table);
    const talk = { kind: 'talk' as const, source: 's0' };
    const transmissions = [{ priority: Priorities.normal, channels: ['n0'], patches: [] }];
    apply(table, { ...talk, transmissions });
    expect(teller.news()?.transmissions).to.have.length(1);
    apply(table, { ...talk, transmissions });
    expect(teller.news()).to.equal(null);
    teller.reset();
    expect(teller.news()?.transmissions, 'told to another one').to.have.length(1);
  });
});
