import type { Logger, Plugin, PluginContext, Token } from '@sidetone/core';

interface LogLine {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
}

/** As much of a server as one plugin needs: start and stop it, and read what it provided and said. */
export class OnePluginServer {
  readonly lines: LogLine[] = [];
  readonly #plugin: Plugin;
  readonly #contracts: ReadonlyMap<object, unknown>;
  readonly #provided = new Map<Token<unknown>, unknown>();
  readonly #onReady: (() => void | Promise<void>)[] = [];
  readonly #onListen: (() => void | Promise<void>)[] = [];
  readonly #onClose: (() => void | Promise<void>)[] = [];

  constructor(plugin: Plugin, contracts: ReadonlyMap<object, unknown>) {
    this.#plugin = plugin;
    this.#contracts = contracts;
  }

  async start(): Promise<void> {
    await this.setUp();
    for (const run of this.#onReady) await run();
    for (const run of this.#onListen) await run();
  }

  async setUp(): Promise<void> {
    await this.#plugin.setup(this.#context());
  }

  async stop(): Promise<void> {
    for (const run of this.#onClose.splice(0).reverse()) await run();
  }

  get<T>(token: Token<T>): T {
    return this.#provided.get(token) as T;
  }

  messages(level: LogLine['level']): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }

  #context(): PluginContext {
    const context: Partial<PluginContext> = {
      get: <T>(token: Token<T>) => this.#contracts.get(token) as T,
      provide: (token, factory) => void this.#provided.set(token, factory()),
      onReady: (run) => void this.#onReady.push(run),
      onListen: (run) => void this.#onListen.push(run),
      onClose: (run) => void this.#onClose.push(run),
      log: this.#logger(),
    };
    return context as PluginContext;
  }

  #logger(): Logger {
    const at =
      (level: LogLine['level']) =>
      (message: string): void =>
        void this.lines.push({ level, message });
    const log: Logger = {
      error: at('error'),
      warn: at('warn'),
      info: at('info'),
      debug: at('debug'),
      child: () => log,
    };
    return log;
  }
}
