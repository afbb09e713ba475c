import { expect } from 'chai';
import fc from 'fast-check';
import {
  compileTarget,
  type CompilableRoute,
  type Listener,
} from '../../src/audio/route-compiler.js';

const TALKER = 1;

function listener(handle: number, flags: Partial<Listener> = {}): Listener {
  return {
    handle,
    listening: true,
    deafened: false,
    permitted: true,
    selected: false,
    joinOrder: 0,
    overPatch: false,
    ...flags,
  };
}

function compile(routes: readonly (readonly Listener[])[], ruledOut: number[][] = []): number[][] {
  const compilable = routes.map((listeners, i) => ({
    listeners,
    ruledOut: new Set(ruledOut[i] ?? []),
  }));
  return compileTarget(TALKER, compilable).map((sinks) => [...sinks]);
}

describe('compileTarget', () => {
  it('reaches everybody who hears, and never the talker', () => {
    expect(compile([[listener(TALKER), listener(2), listener(3)]])).to.deep.equal([[2, 3]]);
  });

  it('leaves out who does not listen, is deafened, or may not hear', () => {
    const routes = [
      [listener(2, { listening: false }), listener(3, { deafened: true })],
      [listener(4, { permitted: false }), listener(5)],
    ];
    expect(compile(routes)).to.deep.equal([[], [5]]);
  });

  it('gives one copy to who is in several of the channels: on the net joined first', () => {
    const routes = [[listener(2, { joinOrder: 5 })], [listener(2, { joinOrder: 3 })]];
    expect(compile(routes)).to.deep.equal([[], [2]]);
  });

  it('prefers a selected net to one joined earlier', () => {
    const routes = [
      [listener(2, { joinOrder: 1 })],
      [listener(2, { selected: true, joinOrder: 9 })],
    ];
    expect(compile(routes)).to.deep.equal([[], [2]]);
  });

  it('takes the earlier of two selected nets', () => {
    const routes = [
      [listener(2, { selected: true, joinOrder: 7 })],
      [listener(2, { selected: true, joinOrder: 4 })],
    ];
    expect(compile(routes)).to.deep.equal([[], [2]]);
  });

  it('does not count a selected net that is not heard', () => {
    const routes = [
      [listener(2, { selected: true, listening: false })],
      [listener(2, { selected: true, deafened: true })],
      [listener(2, { joinOrder: 8 })],
    ];
    expect(compile(routes)).to.deep.equal([[], [], [2]]);
  });

  it('prefers a net to a whisper that reaches the same listener', () => {
    const whispered = listener(2, { joinOrder: Infinity });
    expect(compile([[whispered], [listener(2, { joinOrder: 40 })]])).to.deep.equal([[], [2]]);
    expect(compile([[whispered], []])).to.deep.equal([[2], []]);
  });

  it('takes the route that the target names first where the listener has no preference', () => {
    expect(compile([[listener(2)], [listener(2)]])).to.deep.equal([[2], []]);
  });

  it('counts a listener of a shout once, whatever number of its nets lie below', () => {
    const shout = [
      listener(2, { joinOrder: 1, listening: false }),
      listener(2, { joinOrder: 2 }),
      listener(2, { joinOrder: 3 }),
    ];
    expect(compile([shout])).to.deep.equal([[2]]);
  });

  it('goes around a rule that closes one of two routes', () => {
    const routes = [[listener(2, { selected: true })], [listener(2)]];
    expect(compile(routes, [[2], []])).to.deep.equal([[], [2]]);
    expect(compile(routes, [[2], [2]])).to.deep.equal([[], []]);
  });

  it('prefers the own route of a net to one that a patch brings there', () => {
    const overPatch = listener(2, { selected: true, overPatch: true });
    const direct = listener(2, { selected: true });
    expect(compile([[overPatch], [direct]])).to.deep.equal([[], [2]]);
    expect(compile([[direct], [overPatch]])).to.deep.equal([[2], []]);
  });

  it('agrees with a slow and obvious reference, on any roster', () => {
    const anyListener = fc.record({
      handle: fc.integer({ min: 1, max: 6 }),
      listening: fc.boolean(),
      deafened: fc.boolean(),
      permitted: fc.boolean(),
      selected: fc.boolean(),
      joinOrder: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(Infinity)),
      overPatch: fc.boolean(),
    });
    const anyRoute: fc.Arbitrary<CompilableRoute> = fc.record({
      listeners: fc.array(anyListener, { maxLength: 12 }),
      ruledOut: fc
        .uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 2 })
        .map((h) => new Set(h)),
    });
    fc.assert(
      fc.property(fc.array(anyRoute, { maxLength: 5 }), (routes) => {
        const compiled = compileTarget(TALKER, routes).map((sinks) => [...sinks].sort());
        expect(compiled).to.deep.equal(reference(routes));
      }),
      { numRuns: 500 },
    );
  });
});

/** For each session all ways to reach it, sorted by preference; the first one is taken. */
function reference(routes: readonly CompilableRoute[]): number[][] {
  const result = routes.map((): number[] => []);
  for (const handle of [2, 3, 4, 5, 6]) {
    const ways = routes.flatMap(({ listeners, ruledOut }, route) =>
      listeners
        .filter((l) => l.handle === handle && !ruledOut.has(handle))
        .filter((l) => l.listening && l.permitted && !l.deafened)
        .map((l) => ({
          route,
          rank: [l.selected ? 0 : 1, l.joinOrder, l.overPatch ? 1 : 0, route] as const,
        })),
    );
    ways.sort((a, b) => {
      for (const i of [0, 1, 2, 3] as const) {
        if (a.rank[i] !== b.rank[i]) return a.rank[i] < b.rank[i] ? -1 : 1;
      }
      return 0;
    });
    const best = ways[0];
    if (best !== undefined) result[best.route]?.push(handle);
  }
  return result;
}
