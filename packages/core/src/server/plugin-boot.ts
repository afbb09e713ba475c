import type { Clock } from '../contracts/clock.js';
import { bootOrder } from './boot-order.js';
import { doorTokens, secretTokens, serviceTokens } from './core-token.js';
import type { DefaultProvider } from './default-providers.js';
import type { Plugin } from './plugin.js';
import { type ContextGround, type HookStep, SetupContext } from './plugin-context.js';
import { type PluginStep, runPluginStep } from './plugin-step.js';

interface BegunPlugin {
  readonly plugin: Plugin;
  readonly context: SetupContext;
}

export interface PluginBootGround extends ContextGround {
  readonly clock: Clock;
  readonly defaults: readonly DefaultProvider[];
  /** For each step of each plugin. */
  readonly timeoutMs: number;
  /** Called between steps; throws to end the start. */
  readonly checkpoint: () => void;
}

/** The plugins of one server on their way up and down. */
export class PluginBoot {
  readonly #ground: PluginBootGround;
  /** Those whose setup began, in that order. */
  readonly #begun: BegunPlugin[] = [];

  constructor(ground: PluginBootGround) {
    this.#ground = ground;
  }

  /** Nothing is opened unless all plugins fit together. */
  async setUp(plugins: readonly Plugin[]): Promise<void> {
    const { container, defaults, log, checkpoint } = this.#ground;
    const order = bootOrder(plugins, {
      own: [...serviceTokens, ...doorTokens],
      defaults: defaults.map(({ token }) => token),
      secret: secretTokens,
    });
    const provided = new Set(order.flatMap(({ provides = [] }) => provides));
    for (const { token, provide } of defaults) {
      if (!provided.has(token)) provide(container);
    }
    for (const plugin of order) {
      checkpoint();
      await this.#setUpOne(plugin);
      log.debug(`plugin "${plugin.name}" is set up`, { plugin: plugin.name });
    }
  }

  /** In order of set-up; the first failure ends it. */
  async run(step: 'onReady' | 'onListen'): Promise<void> {
    for (const { context } of this.#begun) context.openDoors();
    for (const each of this.#begun.flatMap((begun) => stepsOf(begun, step))) {
      this.#ground.checkpoint();
      await this.#run(each);
    }
  }

  /** Last in, first out; a failure keeps nobody from closing. Returns all failures. */
  async close(): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const each of this.#begun.flatMap((begun) => stepsOf(begun, 'onClose')).reverse()) {
      await this.#run(each).catch((error: unknown) => failures.push(error));
    }
    return failures;
  }

  async #setUpOne(plugin: Plugin): Promise<void> {
    const context = new SetupContext(plugin, this.#ground);
    this.#begun.push({ plugin, context });
    try {
      await this.#run({
        plugin: plugin.name,
        step: 'setup',
        run: () => plugin.setup(context),
      });
      context.requirePromisesKept();
    } finally {
      context.endSetup();
    }
  }

  #run(step: PluginStep): Promise<void> {
    return runPluginStep(this.#ground.clock, this.#ground.timeoutMs, step);
  }
}

function stepsOf({ plugin, context }: BegunPlugin, step: HookStep): PluginStep[] {
  return context.callbacks[step].map((run) => ({ plugin: plugin.name, step, run }));
}
