import type { Clock } from '../contracts/clock.js';
import type { Logger } from '../contracts/logger.js';
import type { Metrics } from '../contracts/metrics.js';
import { coreError } from '../error/error-codes.js';
import { FactEmitter } from './fact-emitter.js';
import { GuardChain, type Refusal } from './guard-chain.js';
import { HookFailures } from './hook-failures.js';
import type {
  EntityName,
  EntityViews,
  FactName,
  Facts,
  Guard,
  GuardRequest,
  Hooks,
  Observer,
  Transform,
} from './hooks.js';
import { ObserverQueue } from './observer-queue.js';
import { TransformChain } from './transform-chain.js';

export interface HookServices {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly guardTimeoutMs: number;
}

/** The hooks of all plugins of one server: registered during set-up, called by the domain. */
export class PluginHooks implements Hooks {
  /** Of the embedding program. */
  readonly listeners: FactEmitter = new FactEmitter();
  readonly #guards: GuardChain;
  readonly #transforms: TransformChain;
  readonly #observers: ObserverQueue;

  constructor(services: HookServices) {
    const failures = new HookFailures(services);
    this.#guards = new GuardChain(services.clock, services.guardTimeoutMs, failures);
    this.#transforms = new TransformChain(failures);
    this.#observers = new ObserverQueue(failures, this.listeners);
  }

  addGuard(plugin: string, command: string, guard: Guard): void {
    this.#guards.add(plugin, command, guard);
  }

  addTransform<E extends EntityName>(plugin: string, entity: E, transform: Transform<E>): void {
    this.#transforms.add(plugin, entity, transform);
  }

  addObserver<F extends FactName>(plugin: string, name: F, observer: Observer<F>): void {
    this.#observers.add(plugin, name, observer);
  }

  /** Throws `ERR_PLUGIN_NAME_INVALID` for guards that would never be asked, all in one message. */
  requireGuardsInUse(commands: ReadonlySet<string>): void {
    const inVain = this.#guards.guardedInVain(commands);
    if (inVain.length === 0) return;
    const list = inVain.map(({ plugin, on }) => `"${on}" of plugin "${plugin}"`).join(', ');
    throw coreError(
      'ERR_PLUGIN_NAME_INVALID',
      `no such command to guard: ${list}; give the name of a control method, for instance "channel.join"`,
    );
  }

  refusal(request: GuardRequest): Promise<Refusal | null> {
    return this.#guards.refusal(request);
  }

  view<E extends EntityName>(entity: E, view: EntityViews[E]): EntityViews[E] {
    return this.#transforms.view(entity, view);
  }

  tell<F extends FactName>(name: F, fact: Facts[F]): void {
    this.#observers.tell(name, fact);
  }

  /** Tells observers now what they would be told after this turn. */
  flush(): void {
    this.#observers.flush();
  }
}
