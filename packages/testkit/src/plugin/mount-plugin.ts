import {
  Clock,
  Logger,
  Metrics,
  MemoryMetrics,
  SystemClock,
  type Plugin,
  type PluginContext,
  type Token,
} from '@sidetone/core';
import { testkitError } from '../error/error-codes.js';
import { createRecordingLogger, type RecordingLogger } from '../log/recording-logger.js';

/** One contract and its stand-in; see {@link give}. */
export interface Given {
  readonly token: Token<unknown>;
  readonly value: unknown;
}

/** Pairs a contract with the double that a plugin under test is to get for it. */
export function give<T>(token: Token<T>, value: T): Given {
  return { token, value };
}

/** A plugin that runs outside of any server. */
export interface MountedPlugin {
  /** What the plugin provides. Throws `ERR_TESTKIT_MOUNT` where it does not. */
  get<T>(token: Token<T>): T;
  readonly log: RecordingLogger;
  /** Guards, transforms, observers, methods and events it has registered, as `kind name`. */
  readonly registered: readonly string[];
  /** Runs its `onReady` and `onListen` functions, unless they have run. */
  open(): Promise<void>;
  /** Runs its `onClose` functions, last in first out. Idempotent. */
  close(): Promise<void>;
}

export interface MountOptions {
  /** False leaves the plugin as `setup` made it, until `open` is called. Default true. */
  readonly open?: boolean;
}

/**
 * Runs one plugin through `setup`, `onReady` and `onListen` without a server, with doubles for all
 * it asks for: the way to test a transport against a `ControlIngress` of the test's own. `Clock`,
 * `Logger` and `Metrics` are there unless given. If a step fails, the plugin is closed again.
 */
export async function mountPlugin(
  plugin: Plugin,
  given: readonly Given[] = [],
  { open = true }: MountOptions = {},
): Promise<MountedPlugin> {
  const mount = new Mount(plugin, given);
  await mount.setUp();
  if (open) await mount.open();
  return mount;
}

type Step = () => void | Promise<void>;

class Mount implements MountedPlugin {
  readonly log: RecordingLogger = createRecordingLogger();
  readonly registered: string[] = [];
  readonly #context: PluginContext;
  readonly #plugin: Plugin;
  readonly #given: readonly Given[];
  readonly #factories = new Map<Token<unknown>, () => unknown>();
  readonly #provided = new Map<Token<unknown>, unknown>();
  readonly #ready: Step[] = [];
  readonly #listen: Step[] = [];
  readonly #close: Step[] = [];

  constructor(plugin: Plugin, given: readonly Given[]) {
    this.#plugin = plugin;
    this.#given = [
      ...given,
      give(Clock, new SystemClock()),
      give(Logger, this.log),
      give(Metrics, new MemoryMetrics()),
    ];
    this.#context = this.#createContext();
  }

  get<T>(token: Token<T>): T {
    if (!this.#provided.has(token)) {
      const factory = this.#factories.get(token);
      if (factory === undefined) throw this.#error(`does not provide "${token.name}"`);
      this.#provided.set(token, factory());
    }
    return this.#provided.get(token) as T;
  }

  setUp(): Promise<void> {
    return this.#orClose(async () => this.#plugin.setup(this.#context));
  }

  open(): Promise<void> {
    return this.#orClose(async () => {
      for (const step of [...this.#ready.splice(0), ...this.#listen.splice(0)]) await step();
    });
  }

  async close(): Promise<void> {
    for (const step of this.#close.splice(0).reverse()) await step();
  }

  async #orClose(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  #createContext(): PluginContext {
    const register = (kind: string) => (name: string) =>
      void this.registered.push(`${kind} ${name}`);
    return {
      get: (token) => this.#find(token),
      getAll: (token) => this.#findAll(token),
      provide: (token, factory) => void this.#factories.set(token, factory),
      guard: register('guard'),
      transform: register('transform'),
      observe: register('observe'),
      method: register('method'),
      event: (name) => {
        this.registered.push(`event ${name}`);
        return () => {};
      },
      onReady: (run) => void this.#ready.push(run),
      onListen: (run) => void this.#listen.push(run),
      onClose: (run) => void this.#close.push(run),
      log: this.log,
    };
  }

  #find<T>(token: Token<T>): T {
    const [first] = this.#findAll(token);
    if (first !== undefined) return first;
    throw this.#error(`asked for "${token.name}": give a double of it`);
  }

  #findAll<T>(token: Token<T>): readonly T[] {
    const given = this.#given.filter((one) => one.token === token).map((one) => one.value as T);
    return this.#factories.has(token) ? [...given, this.get(token)] : given;
  }

  #error(problem: string): Error {
    return testkitError('ERR_TESTKIT_MOUNT', `plugin "${this.#plugin.name}" ${problem}`);
  }
}
