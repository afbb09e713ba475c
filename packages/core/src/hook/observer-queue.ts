import type { FactEmitter } from './fact-emitter.js';
import { frozenCopy } from './frozen-copy.js';
import type { HookFailures, HookOwner } from './hook-failures.js';
import type { FactName, Facts, Observer } from './hooks.js';

type Listener = (fact: never) => unknown;

interface RegisteredObserver {
  readonly owner: HookOwner;
  readonly observer: Listener;
}

/**
 * Tells the observers of plugins, then the listeners of the program, after the present turn and in
 * order of the facts.
 */
export class ObserverQueue {
  readonly #failures: HookFailures;
  readonly #listeners: FactEmitter;
  readonly #observers = new Map<FactName, RegisteredObserver[]>();
  #waiting: (() => void)[] = [];

  constructor(failures: HookFailures, listeners: FactEmitter) {
    this.#failures = failures;
    this.#listeners = listeners;
  }

  add<F extends FactName>(plugin: string, name: F, observer: Observer<F>): void {
    const observers = this.#observers.get(name) ?? [];
    observers.push({ owner: { plugin, kind: 'observer', on: name }, observer });
    this.#observers.set(name, observers);
  }

  tell<F extends FactName>(name: F, fact: Facts[F]): void {
    if (!this.#observers.has(name) && this.#listeners.listenerCount(name) === 0) return;
    // A copy, because the state goes on changing until they run.
    const shown = frozenCopy(fact);
    // An immediate and not a microtask: packets that have arrived come first.
    if (this.#waiting.length === 0) setImmediate(() => this.flush());
    this.#waiting.push(() => this.#tellAll(name, shown));
  }

  /** Runs what waits now. Before plugins are closed, so that they hear of it all. */
  flush(): void {
    const due = this.#waiting;
    this.#waiting = [];
    for (const run of due) run();
  }

  #tellAll<F extends FactName>(name: F, fact: Facts[F]): void {
    for (const { owner, observer } of this.#observers.get(name) ?? []) {
      this.#run(owner, observer, fact);
    }
    const program: HookOwner = { plugin: 'embedding program', kind: 'observer', on: name };
    for (const listener of this.#listeners.rawListeners(name)) this.#run(program, listener, fact);
  }

  #run(owner: HookOwner, observer: Listener, fact: unknown): void {
    const failed = (error: unknown): void =>
      this.#failures.report(owner, 'failed; nothing else is affected', error);
    try {
      Promise.resolve(observer(fact as never)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
