import type { Static, TSchema } from 'typebox';
import type { Container } from '../container.js';
import type { Logger } from '../contracts/logger.js';
import { coreError, type ErrorCode } from '../error/error-codes.js';
import type { EntityName, FactName, Guard, Observer, Transform } from '../hook/hooks.js';
import type { PluginHooks } from '../hook/plugin-hooks.js';
import type { Token } from '../token.js';
import { doorTokens, secretTokens, serviceTokens } from './core-token.js';
import type { ExtensionRegistry, PluginMethod } from './extensions.js';
import type {
  EventPublisher,
  MethodCaller,
  MethodSchema,
  Plugin,
  PluginContext,
} from './plugin.js';

export type HookStep = 'onReady' | 'onListen' | 'onClose';
export type StepCallback = () => void | Promise<void>;

/** What the contexts of all plugins of one server work on. */
export interface ContextGround {
  readonly container: Container;
  readonly hooks: PluginHooks;
  readonly extensions: ExtensionRegistry;
  readonly log: Logger;
}

/** The context of one plugin. It opens when its setup begins and takes nothing new after it. */
export class SetupContext implements PluginContext {
  readonly log: Logger;
  /** In order of registration. */
  readonly callbacks: Readonly<Record<HookStep, StepCallback[]>> = {
    onReady: [],
    onListen: [],
    onClose: [],
  };
  readonly #plugin: Plugin;
  readonly #ground: ContextGround;
  readonly #provided = new Set<Token<unknown>>();
  #inSetup = true;
  #everythingIsThere = false;

  constructor(plugin: Plugin, ground: ContextGround) {
    this.#plugin = plugin;
    this.#ground = ground;
    this.log = ground.log.child({ plugin: plugin.name });
  }

  /** Setup is over, in whatever way. */
  endSetup(): void {
    this.#inSetup = false;
  }

  /** From here on the plugin may ask for contracts that it does not require. */
  openDoors(): void {
    this.#everythingIsThere = true;
  }

  /** Throws `ERR_PLUGIN_NOT_PROVIDED` unless the plugin kept what its `provides` promises. */
  requirePromisesKept(): void {
    const missing = (this.#plugin.provides ?? []).filter((token) => !this.#provided.has(token));
    if (missing.length === 0) return;
    const names = missing.map(({ name }) => `"${name}"`).join(' and ');
    throw this.#error('ERR_PLUGIN_NOT_PROVIDED', `promised ${names}: provide it in setup`);
  }

  get<T>(token: Token<T>): T {
    this.#requireAccess(token);
    return this.#ground.container.get(token);
  }

  getAll<T>(token: Token<T>): readonly T[] {
    this.#requireAccess(token);
    return this.#ground.container.getAll(token);
  }

  provide<T>(token: Token<T>, factory: () => T): void {
    this.#requireSetup('provide');
    if (!this.#plugin.provides?.includes(token)) {
      const problem = `provides "${token.name}" without listing it: add it to its provides`;
      throw this.#error('ERR_PLUGIN_UNDECLARED', problem);
    }
    this.#ground.container.provide(token, factory);
    this.#provided.add(token);
  }

  guard(command: string, guard: Guard): void {
    this.#requireSetup('guard');
    this.#ground.hooks.addGuard(this.#plugin.name, command, guard);
  }

  transform<E extends EntityName>(entity: E, transform: Transform<E>): void {
    this.#requireSetup('transform');
    this.#ground.hooks.addTransform(this.#plugin.name, entity, transform);
  }

  observe<F extends FactName>(fact: F, observer: Observer<F>): void {
    this.#requireSetup('observe');
    this.#ground.hooks.addObserver(this.#plugin.name, fact, observer);
  }

  method<P extends TSchema, R extends TSchema>(
    name: string,
    schema: MethodSchema<P, R>,
    handler: (params: Static<P>, caller: MethodCaller) => Static<R> | Promise<Static<R>>,
  ): void {
    this.#requireSetup('method');
    this.#ground.extensions.addMethod(name, {
      plugin: this.#plugin.name,
      params: schema.params,
      result: schema.result,
      mutates: schema.mutates ?? false,
      confidential: schema.confidential ?? false,
      // Its params have passed the schema when it is called.
      handler: handler as PluginMethod['handler'],
    });
  }

  event<S extends TSchema>(name: string, schema: S): EventPublisher<Static<S>> {
    this.#requireSetup('event');
    return this.#ground.extensions.addEvent(name, { plugin: this.#plugin.name, schema });
  }

  onReady(run: StepCallback): void {
    this.#on('onReady', run);
  }

  onListen(run: StepCallback): void {
    this.#on('onListen', run);
  }

  onClose(run: StepCallback): void {
    this.#on('onClose', run);
  }

  #on(step: HookStep, run: StepCallback): void {
    this.#requireSetup(step);
    this.callbacks[step].push(run);
  }

  #requireSetup(what: string): void {
    if (this.#inSetup) return;
    throw this.#error('ERR_PLUGIN_TOO_LATE', `called ${what} after its setup: call it in setup`);
  }

  #requireAccess(token: Token<unknown>): void {
    const { name } = token;
    if (secretTokens.includes(token)) {
      throw this.#error('ERR_PLUGIN_SECRET', `asked for "${name}", which is for core alone`);
    }
    if (this.#everythingIsThere || serviceTokens.includes(token)) return;
    if (doorTokens.includes(token)) {
      const problem = `asked for "${name}" in setup: it exists from onReady on, ask there`;
      throw this.#error('ERR_PLUGIN_TOO_EARLY', problem);
    }
    if (this.#plugin.requires?.includes(token)) return;
    const problem = `asked for "${name}" without listing it: add it to its requires, or ask in onReady`;
    throw this.#error('ERR_PLUGIN_UNDECLARED', problem);
  }

  #error(code: ErrorCode, problem: string): Error {
    const { name } = this.#plugin;
    return coreError(code, `plugin "${name}" ${problem}`, { details: { plugin: name } });
  }
}
