import { coreError } from '../error/error-codes.js';
import type { Token } from '../token.js';
import { findCycles, type Need } from './boot-cycle.js';

type Tokens = readonly Token<unknown>[];

/** What of a plugin decides when it is set up. */
export interface Bootable {
  readonly name: string;
  readonly requires?: Tokens;
  readonly provides?: Tokens;
}

/** What core brings to the order. */
export interface BootGround {
  /** Contracts that core provides itself; a plugin may require but not provide them. */
  readonly own: Tokens;
  /** Contracts that core provides where no plugin does. */
  readonly defaults: Tokens;
  /** Contracts that no plugin may require. */
  readonly secret: Tokens;
}

export interface BootProblem {
  readonly kind: 'missing' | 'doubled' | 'cyclic' | 'secret';
  readonly plugins: readonly string[];
  readonly tokens: readonly string[];
  /** What is wrong and what to do. */
  readonly message: string;
}

/**
 * The order of set-up: every provider before those who require its contract, otherwise as given.
 * Pure. Throws one `ERR_PLUGIN_ORDER` that reports every problem at once (`details.problems`).
 */
export function bootOrder<P extends Bootable>(plugins: readonly P[], ground: BootGround): P[] {
  const needs = findNeeds(plugins);
  const problems = [
    ...findNamesakes(plugins),
    ...findDoubled(plugins, ground),
    ...findMissing(plugins, ground),
    ...findCycles(plugins, needs),
  ];
  if (problems.length > 0) throw orderError(problems);
  return sort(plugins, needs);
}

/** For each plugin whom it has to wait for, and for which contract. */
function findNeeds<P extends Bootable>(plugins: readonly P[]): ReadonlyMap<P, readonly Need<P>[]> {
  return new Map(
    plugins.map((plugin) => [
      plugin,
      (plugin.requires ?? []).flatMap((token) =>
        plugins
          .filter((other) => offers(other, token) && !(token.many && other === plugin))
          .map((provider) => ({ provider, token })),
      ),
    ]),
  );
}

function sort<P extends Bootable>(
  plugins: readonly P[],
  needs: ReadonlyMap<P, readonly Need<P>[]>,
): P[] {
  const placed = new Set<P>();
  while (placed.size < plugins.length) {
    // There is always one: cycles have been ruled out.
    const next = plugins.find(
      (plugin) =>
        !placed.has(plugin) && needs.get(plugin)?.every(({ provider }) => placed.has(provider)),
    );
    if (next === undefined) break;
    placed.add(next);
  }
  return [...placed];
}

function findNamesakes(plugins: readonly Bootable[]): BootProblem[] {
  const names = plugins.map(({ name }) => name);
  return distinct(names.filter((name, index) => names.indexOf(name) !== index)).map((name) => ({
    kind: 'doubled',
    plugins: [name],
    tokens: [],
    message: `plugin "${name}" is used twice: use it once`,
  }));
}

function findDoubled(plugins: readonly Bootable[], ground: BootGround): BootProblem[] {
  const provided = distinct(plugins.flatMap(({ provides = [] }) => provides));
  return provided.flatMap((token): BootProblem[] => {
    const names = plugins.filter((plugin) => offers(plugin, token)).map(({ name }) => name);
    const problem = { kind: 'doubled', plugins: names, tokens: [token.name] } as const;
    if (ground.own.includes(token)) {
      const message = `"${token.name}" is core's own, but ${quoted(names)} provides it: pass it to createServer if that has an option for it, otherwise do without`;
      return [{ ...problem, message }];
    }
    if (token.many || names.length < 2) return [];
    const message = `"${token.name}" takes one provider, but ${quoted(names)} provide it: use one of them`;
    return [{ ...problem, message }];
  });
}

function findMissing(plugins: readonly Bootable[], ground: BootGround): BootProblem[] {
  return plugins.flatMap((plugin) =>
    distinct(plugin.requires ?? []).flatMap((token): BootProblem[] => {
      const about = { plugins: [plugin.name], tokens: [token.name] };
      if (ground.secret.includes(token)) {
        const message = `plugin "${plugin.name}" requires "${token.name}", which is for core alone: remove it from its requires`;
        return [{ kind: 'secret', ...about, message }];
      }
      const ofCore = ground.own.includes(token) || ground.defaults.includes(token);
      const ofPlugin = plugins.some(
        (other) => offers(other, token) && !(token.many && other === plugin),
      );
      if (ofCore || ofPlugin) return [];
      const message = `plugin "${plugin.name}" requires "${token.name}", which nobody provides: use a plugin that does`;
      return [{ kind: 'missing', ...about, message }];
    }),
  );
}

function orderError(problems: readonly BootProblem[]): Error {
  const list = problems.map(({ message }) => `\n  - ${message}`).join('');
  return coreError('ERR_PLUGIN_ORDER', `the plugins do not fit together:${list}`, {
    details: { problems },
  });
}

function offers(plugin: Bootable, token: Token<unknown>): boolean {
  return plugin.provides?.includes(token) ?? false;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' and ');
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
