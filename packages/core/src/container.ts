// tsyringe throws while it loads when no Reflect polyfill is there yet.
import 'reflect-metadata';
import {
  container as root,
  instanceCachingFactory,
  type DependencyContainer,
  type InjectionToken,
} from 'tsyringe';
import { coreError } from './error/error-codes.js';
import type { Token } from './token.js';

/**
 * The contracts of one server and who implements them. The only file that knows tsyringe; what it
 * adds: types, an error for a second provider, an error for a missing one, and named cycles.
 * It never disposes of anything: closing is the lifecycle's work, in its order.
 */
export class Container {
  // A child only for a registry of its own: nothing is ever looked up in the process-wide root.
  readonly #registry: DependencyContainer = root.createChildContainer();
  readonly #making: Token<unknown>[] = [];

  /** Throws `ERR_CONTAINER_DOUBLED` for a second provider of a token that takes one. */
  provide<T>(token: Token<T>, factory: () => T): void {
    if (!token.many && this.has(token)) {
      throw coreError(
        'ERR_CONTAINER_DOUBLED',
        `"${token.name}" is provided already and takes one implementation: remove one of the two`,
        { details: { token: token.name } },
      );
    }
    const useFactory = instanceCachingFactory(() => this.#make(token, factory));
    this.#registry.register(injectionToken(token), { useFactory });
  }

  has(token: Token<unknown>): boolean {
    return this.#registry.isRegistered(injectionToken(token));
  }

  /** Makes it on first use. What its factory throws comes out as it is. */
  get<T>(token: Token<T>): T {
    if (token.many) {
      throw coreError(
        'ERR_CONTAINER_AMBIGUOUS',
        `"${token.name}" may have several implementations: ask with getAll`,
        { details: { token: token.name } },
      );
    }
    if (!this.has(token)) {
      throw coreError(
        'ERR_CONTAINER_UNREGISTERED',
        `nobody provides "${token.name}": use a plugin that lists it in its provides`,
        { details: { token: token.name } },
      );
    }
    return this.#registry.resolve(injectionToken(token));
  }

  /** In order of registration; empty where nobody provides it. */
  getAll<T>(token: Token<T>): readonly T[] {
    return this.has(token) ? this.#registry.resolveAll(injectionToken(token)) : [];
  }

  /**
   * Makes an object of a decorated class: each constructor parameter that carries
   * `@inject(injectionToken(token))` gets what `get(token)` gives. A failing parameter comes out as
   * a plain `Error` that has lost the code of its cause; such is tsyringe.
   */
  construct<T, A extends readonly unknown[]>(type: new (...parameters: A) => T): T {
    return this.#registry.resolve(type);
  }

  #make<T>(token: Token<T>, factory: () => T): T {
    // Several providers of one token may need each other's contract; only a single one is a cycle.
    if (!token.many && this.#making.includes(token)) {
      const cycle = [...this.#making.slice(this.#making.indexOf(token)), token];
      const path = cycle.map(({ name }) => `"${name}"`).join(' needs ');
      throw coreError('ERR_CONTAINER_CYCLE', `${path}: ask for one of them later, in onReady`, {
        details: { cycle: cycle.map(({ name }) => name) },
      });
    }
    this.#making.push(token);
    try {
      return present(token, factory());
    } finally {
      this.#making.pop();
    }
  }
}

/** What a decorated class of an app puts into tsyringe's `@inject` to ask for a contract. */
export function injectionToken<T>(token: Token<T>): InjectionToken<T> {
  return token.key;
}

function present<T>(token: Token<T>, made: T): T {
  if (made === undefined || made === null) {
    throw coreError(
      'ERR_CONTAINER_EMPTY',
      `the factory of "${token.name}" returned nothing: return the implementation`,
      { details: { token: token.name } },
    );
  }
  return made;
}
