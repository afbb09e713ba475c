import { expect } from 'chai';
import fc from 'fast-check';
import {
  type Bootable,
  type BootGround,
  bootOrder,
  type BootProblem,
} from '../../src/server/boot-order.js';
import { createToken, type Token } from '../../src/token.js';
import { voiceErrorOf } from '../double/thrown.js';

const A = createToken<object>('A');
const B = createToken<object>('B');
const C = createToken<object>('C');
const Many = createToken<object>('Many', { many: true });
const Own = createToken<object>('Own');
const Default = createToken<object>('Default');
const Secret = createToken<object>('Secret');

const ground: BootGround = { own: [Own], defaults: [Default, Secret], secret: [Secret] };

const namesOf = (plugins: readonly Bootable[]): string[] =>
  bootOrder(plugins, ground).map(({ name }) => name);

async function problemsOf(plugins: readonly Bootable[]): Promise<readonly BootProblem[]> {
  const error = await voiceErrorOf(() => bootOrder(plugins, ground));
  expect(error.code).to.equal('ERR_PLUGIN_ORDER');
  const problems = error.details['problems'] as readonly BootProblem[];
  for (const { message } of problems) expect(error.message).to.include(message);
  return problems;
}

describe('boot order', () => {
  it('puts providers before those who require their contract', () => {
    const plugins = [
      { name: 'last', requires: [B] },
      { name: 'middle', requires: [A], provides: [B] },
      { name: 'first', provides: [A] },
    ];
    expect(namesOf(plugins)).to.deep.equal(['first', 'middle', 'last']);
  });

  it('keeps the order of use where nothing else decides', () => {
    expect(namesOf([{ name: 'b' }, { name: 'a' }, { name: 'c' }])).to.deep.equal(['b', 'a', 'c']);
  });

  it('takes the contracts of core as present', () => {
    expect(namesOf([{ name: 'a', requires: [Own, Default] }])).to.deep.equal(['a']);
  });

  it('lets a plugin replace a default and sets it up before those who require it', () => {
    const plugins = [
      { name: 'user', requires: [Default] },
      { name: 'maker', provides: [Default] },
    ];
    expect(namesOf(plugins)).to.deep.equal(['maker', 'user']);
  });

  it('lets several plugins provide a contract of many, one of them on top of the others', () => {
    const plugins = [
      { name: 'both', requires: [Many], provides: [Many] },
      { name: 'plain', provides: [Many] },
    ];
    expect(namesOf(plugins)).to.deep.equal(['plain', 'both']);
  });

  it('reports every missing, doubled, cyclic and secret provider at once', async () => {
    const problems = await problemsOf([
      { name: 'one', requires: [A], provides: [B] },
      { name: 'two', requires: [B], provides: [C] },
      { name: 'three', requires: [C], provides: [C, Own] },
      { name: 'four', requires: [Many, Secret] },
      { name: 'four' },
    ]);
    expect(problems.map(({ kind, tokens }) => [kind, ...tokens])).to.deep.equal([
      ['doubled'],
      ['doubled', 'C'],
      ['doubled', 'Own'],
      ['missing', 'A'],
      ['missing', 'Many'],
      ['secret', 'Secret'],
      ['cyclic', 'C'],
    ]);
  });

  it('names plugins and contracts of a cycle along its shortest way', async () => {
    const [problem, ...others] = await problemsOf([
      { name: 'one', requires: [B], provides: [A] },
      { name: 'two', requires: [C], provides: [B] },
      { name: 'three', requires: [A], provides: [C] },
      { name: 'bystander', requires: [A] },
    ]);
    expect(others).to.deep.equal([]);
    expect(problem?.plugins).to.deep.equal(['one', 'two', 'three']);
    expect(problem?.message).to.include(
      '"one" waits for itself: it requires "B" of "two", which requires "C" of "three", which requires "A" of "one"',
    );
  });

  it('reports each of several cycles', async () => {
    const problems = await problemsOf([
      { name: 'a', requires: [A], provides: [A] },
      { name: 'b', requires: [C], provides: [B] },
      { name: 'c', requires: [A, B], provides: [C] },
    ]);
    expect(problems.map(({ plugins }) => plugins)).to.deep.equal([['a'], ['b', 'c']]);
  });

  it('orders every set of plugins that fits together and refuses exactly the cyclic ones', () => {
    fc.assert(
      fc.property(graphs, (edges) => {
        const plugins = pluginsOf(edges);
        const cyclic = edges.some((_, index) => reaches(edges, index, index));
        let order: readonly Bootable[];
        try {
          order = bootOrder(plugins, ground);
        } catch {
          expect(cyclic).to.equal(true);
          return;
        }
        expect(cyclic).to.equal(false);
        expect(order).to.have.members(plugins);
        for (const [index, needed] of edges.entries()) {
          for (const provider of needed) {
            expect(order.indexOf(plugins[provider]!)).to.be.lessThan(
              order.indexOf(plugins[index]!),
            );
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** For each plugin the indices of those whose contract it requires. */
const graphs = fc.integer({ min: 1, max: 7 }).chain((size) =>
  fc.array(fc.uniqueArray(fc.nat({ max: size - 1 }), { maxLength: 2 }), {
    minLength: size,
    maxLength: size,
  }),
);

function pluginsOf(edges: readonly (readonly number[])[]): Bootable[] {
  const tokens: Token<unknown>[] = edges.map((_, index) => createToken(`contract ${index}`));
  return edges.map((needed, index) => ({
    name: `plugin ${index}`,
    requires: needed.map((provider) => tokens[provider]!),
    provides: [tokens[index]!],
  }));
}

function reaches(
  edges: readonly (readonly number[])[],
  from: number,
  to: number,
  seen: ReadonlySet<number> = new Set(),
): boolean {
  return (edges[from] ?? []).some(
    (next) =>
      next === to || (!seen.has(next) && reaches(edges, next, to, new Set([...seen, next]))),
  );
}
