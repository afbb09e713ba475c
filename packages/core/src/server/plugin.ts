import type { Static, TSchema } from 'typebox';
import type { Logger } from '../contracts/logger.js';
import type { EntityName, FactName, Guard, Observer, Transform } from '../hook/hooks.js';
import type { Token } from '../token.js';

/** Who calls a plugin's own method. */
export interface MethodCaller {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly userId: string;
}

/** The shape of a control method that a plugin adds. */
export interface MethodSchema<P extends TSchema, R extends TSchema> {
  readonly params: P;
  readonly result: R;
  /**
   * Whether it changes something. A request may carry the param `key` then, a fresh UUID: asked
   * again with it, on another connection too, it is answered as the first time and the handler is
   * not called. `params` must not have a `key` of its own (`ERR_PLUGIN_METHOD_INVALID`). The answer
   * is kept for 5 minutes, in a store too: no secrets in it. Default false.
   */
  readonly mutates?: boolean;
  /**
   * Whether its params have secrets in them, like a password. Guards are then asked without them,
   * and nothing made of them outlives the process: a repeat after a restart is a request of its own.
   * Default false.
   */
  readonly confidential?: boolean;
}

/** Sends a plugin's own event; unnumbered, to those of the sessions that are connected. */
export type EventPublisher<T> = (sessionIds: Iterable<string>, payload: T) => void;

/**
 * What a plugin may do while it is set up. `guard`, `transform`, `observe`, `method`, `event`,
 * `provide` and the three lifecycle hooks work during `setup` only (`ERR_PLUGIN_TOO_LATE`).
 */
export interface PluginContext {
  /**
   * The implementation of a contract that this plugin `requires`. Core's own doors
   * (`ControlIngress`, `VoiceIngress`, `Sessions`) exist from `onReady` on. `KeyService` is for core alone.
   */
  get<T>(token: Token<T>): T;
  /** Every implementation of a contract that several plugins may provide, in order of set-up. */
  getAll<T>(token: Token<T>): readonly T[];
  /** Called at most once, when the first asks. The token has to stand in `provides`. */
  provide<T>(token: Token<T>, factory: () => T): void;
  /** Guards run in order of registration, before the command's turn. */
  guard(command: string, guard: Guard): void;
  transform<E extends EntityName>(entity: E, transform: Transform<E>): void;
  observe<F extends FactName>(fact: F, observer: Observer<F>): void;
  /** Adds a control method, `area.verb`. The handler may throw `WireError`. */
  method<P extends TSchema, R extends TSchema>(
    name: string,
    schema: MethodSchema<P, R>,
    handler: (params: Static<P>, caller: MethodCaller) => Static<R> | Promise<Static<R>>,
  ): void;
  /** Adds a server event and returns what sends it. */
  event<S extends TSchema>(name: string, schema: S): EventPublisher<Static<S>>;
  /** Everything is set up and all contracts are there. */
  onReady(run: () => void | Promise<void>): void;
  /** Every plugin is ready: open doors now. */
  onListen(run: () => void | Promise<void>): void;
  /** Last in, first out. Called once for every plugin whose `setup` began. */
  onClose(run: () => void | Promise<void>): void;
  readonly log: Logger;
}

/** Extends a server. One object serves one server at a time; a factory makes it from options. */
export interface Plugin {
  /** Unique within a server, for instance `@sidetone/plugin-udp`. */
  readonly name: string;
  readonly version: string;
  /** Contracts that have to be there before `setup`; core's defaults count. */
  readonly requires?: readonly Token<unknown>[];
  readonly provides?: readonly Token<unknown>[];
  setup(context: PluginContext): void | Promise<void>;
}
