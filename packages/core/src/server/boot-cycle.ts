import type { Token } from '../token.js';
import type { Bootable, BootProblem } from './boot-order.js';

/** Somebody has to wait for `provider`, because it provides `token`. */
export interface Need<P> {
  readonly provider: P;
  readonly token: Token<unknown>;
}

type Needs<P> = ReadonlyMap<P, readonly Need<P>[]>;

/**
 * One problem for every group of plugins that wait for each other, told along the shortest cycle
 * through its first member.
 */
export function findCycles<P extends Bootable>(
  plugins: readonly P[],
  needs: Needs<P>,
): BootProblem[] {
  const reach = new Map(plugins.map((plugin) => [plugin, shortestPaths(plugin, needs)]));
  const told = new Set<P>();
  const problems: BootProblem[] = [];
  for (const plugin of plugins) {
    const cycle = reach.get(plugin)?.get(plugin);
    if (cycle === undefined || told.has(plugin)) continue;
    const group = plugins.filter(
      (other) => reach.get(plugin)?.has(other) && reach.get(other)?.has(plugin),
    );
    for (const member of group) told.add(member);
    problems.push(describe(plugin, cycle, group));
  }
  return problems;
}

/** For everyone whom `start` waits for, in the end: over whom. Breadth first, so the shortest. */
function shortestPaths<P>(start: P, needs: Needs<P>): ReadonlyMap<P, readonly Need<P>[]> {
  const paths = new Map<P, readonly Need<P>[]>();
  let edge: (readonly [P, readonly Need<P>[]])[] = [[start, []]];
  while (edge.length > 0) {
    const next: typeof edge = [];
    for (const [plugin, path] of edge) {
      for (const need of needs.get(plugin) ?? []) {
        if (paths.has(need.provider)) continue;
        const longer = [...path, need];
        paths.set(need.provider, longer);
        next.push([need.provider, longer]);
      }
    }
    edge = next;
  }
  return paths;
}

function describe<P extends Bootable>(
  start: P,
  cycle: readonly Need<P>[],
  group: readonly P[],
): BootProblem {
  const steps = cycle.map(({ provider, token }) => `"${token.name}" of "${provider.name}"`);
  const others = group.filter(
    (member) => member !== start && !cycle.some(({ provider }) => provider === member),
  );
  const rest =
    others.length === 0 ? '' : ` (also in it: ${others.map(({ name }) => `"${name}"`).join(', ')})`;
  return {
    kind: 'cyclic',
    plugins: group.map(({ name }) => name),
    tokens: [...new Set(cycle.map(({ token }) => token.name))],
    message: `plugin "${start.name}" waits for itself: it requires ${steps.join(', which requires ')}${rest}: let one of them ask in onReady instead of requiring it`,
  };
}
