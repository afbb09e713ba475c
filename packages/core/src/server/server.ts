import type { OrganizationApi } from '../api/organization-api.js';
import type { OrganizationsApi } from '../api/organizations-api.js';
import type { UsersApi } from '../api/users-api.js';
import { secretTokens } from './core-token.js';
import { coreError } from '../error/error-codes.js';
import type { FactListeners } from '../hook/fact-emitter.js';
import type { FactName } from '../hook/hooks.js';
import type { Token } from '../token.js';
import { Lifecycle, type LifecycleParts } from './lifecycle.js';
import type { Plugin } from './plugin.js';

export type ServerParts = LifecycleParts<OrganizationApi>;

/**
 * One server with its plugins. It starts once and stops once; several in one process share nothing.
 * Made by `createServer`.
 */
export class SidetoneServer {
  readonly #parts: ServerParts;
  readonly #lifecycle: Lifecycle<OrganizationApi>;
  readonly #plugins: Plugin[] = [];

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#lifecycle = new Lifecycle(parts);
  }

  /** Only records it. The order of calls matters where nothing else decides, and for guards. */
  use(plugin: Plugin): this {
    if (this.#lifecycle.status !== 'idle') {
      const message = 'the server was started already: use all plugins before start()';
      throw coreError('ERR_SERVER_STARTED', message);
    }
    requirePlugin(plugin);
    this.#plugins.push(plugin);
    return this;
  }

  /**
   * Resolves when clients can connect. Rejects with `ERR_PLUGIN_ORDER` before anything opens, with
   * what a plugin threw, `ERR_PLUGIN_FAILED` or `ERR_PLUGIN_TIMEOUT` after all that was opened has
   * been closed again, or with `ERR_SERVER_STOPPED` if `stop` came in between. A server that failed
   * to start is stopped.
   */
  start(): Promise<void> {
    return this.#lifecycle.start(this.#plugins);
  }

  /**
   * Drains the sessions, then closes everything, last in first out. Idempotent; works during a
   * start, too. Rejects with one `AggregateError` of all that failed, when all has been tried. Do
   * not await it inside a plugin's step: the stop waits for the step.
   */
  stop(): Promise<void> {
    return this.#lifecycle.stop();
  }

  /** Without a name the one that the option `organization` names. Needs a running server. */
  organization(nameOrId?: string): OrganizationApi {
    return this.#lifecycle.requireDomain().organization(nameOrId);
  }

  /** The accounts of this server. Needs a running server. */
  get users(): UsersApi {
    return this.#lifecycle.requireDomain().users;
  }

  /** All of them, to make more, change and delete them. Needs a running server. */
  get organizations(): OrganizationsApi {
    return this.#lifecycle.requireDomain().organizations;
  }

  /** The implementation of a contract, for instance `HttpServer`. Needs a running server. */
  get<T>(token: Token<T>): T {
    this.#lifecycle.requireDomain();
    if (secretTokens.includes(token)) {
      throw coreError('ERR_PLUGIN_SECRET', `"${token.name}" is for core alone`);
    }
    return this.#parts.container.get(token);
  }

  /** Listeners run after the turn in which it happened; one that throws is logged. */
  on<F extends FactName>(fact: F, listener: FactListeners[F]): this {
    this.#parts.hooks.listeners.on(fact, listener);
    return this;
  }

  off<F extends FactName>(fact: F, listener: FactListeners[F]): this {
    this.#parts.hooks.listeners.off(fact, listener);
    return this;
  }
}

function requirePlugin(plugin: unknown): void {
  const { name, version, setup } = (plugin ?? {}) as Partial<Record<keyof Plugin, unknown>>;
  const named = typeof name === 'string' && name !== '';
  if (named && typeof version === 'string' && typeof setup === 'function') return;
  const what = named ? `"${name}"` : 'what was passed to use';
  throw coreError(
    'ERR_PLUGIN_INVALID',
    `${what} is no plugin: it needs a name, a version and a setup function; was a factory passed without calling it?`,
  );
}
