import { isVoiceError } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { HealthCheck } from '../contracts/health.js';
import type { Counter, Metrics } from '../contracts/metrics.js';
import { coreError } from '../error/error-codes.js';

/** With what comes on top, who asks for a change hears within 2 s of it. */
const DEADLINE_MS = 1500;
/** Where another store does not answer, this one is likely to be in the same database. */
const SUSPECT_DEADLINE_MS = 150;
/** A failure that took this long makes those wait who come behind it. */
const SLOW_MS = 100;
/** How long nobody is let through after a slow failure; then one is, to see. */
const SHUT_MS = 500;

/**
 * Keeps stores that hang from hanging those who ask them. Once it is armed, a call of a guarded
 * store settles in time, with `ERR_STORE_UNAVAILABLE` where the store did not; and where calls fail
 * slowly, those behind them fail at once until the store works again.
 */
export class StoreGate {
  readonly #clock: Clock;
  readonly #counters: GateCounters;
  readonly #locks: Lock[] = [];
  readonly #shut = new Set<Lock>();
  #armed = false;

  constructor({ clock, metrics }: { readonly clock: Clock; readonly metrics: Metrics }) {
    this.#clock = clock;
    this.#counters = {
      shut: metrics.counter('stores.shut'),
      opened: metrics.counter('stores.opened'),
      refused: metrics.counter('stores.refused', 'shut'),
      late: metrics.counter('stores.refused', 'late'),
    };
  }

  /**
   * Whether calls pass. One that was shut counts as open again when it lets somebody through: else a
   * server that nobody is sent to would never find out that its database is back.
   */
  readonly health: HealthCheck = {
    name: 'stores',
    check: async () => {
      const shut = this.#locks.filter((lock) => lock.shut).length;
      return shut === 0
        ? { ok: true, message: `calls of all ${this.#locks.length} stores pass` }
        : {
            ok: false,
            message: `${shut} of ${this.#locks.length} stores did not answer a moment ago, and calls of these are refused`,
          };
    },
  };

  /** What is loaded before may take as long as a start may. */
  arm(): void {
    this.#armed = true;
  }

  /** The store with every method that answers by a promise under guard. */
  guard<S extends object>(store: S): S {
    const lock = new Lock(this.#clock, this.#shut, this.#counters);
    this.#locks.push(lock);
    const guarded = new Map<unknown, unknown>();
    return new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        if (!guarded.has(method)) guarded.set(method, this.#guarded(target, method, lock));
        return guarded.get(method);
      },
    });
  }

  #guarded(store: object, method: unknown, lock: Lock): (...given: unknown[]) => unknown {
    const call = method as (...given: unknown[]) => unknown;
    return (...given) => {
      if (!this.#armed) return call.apply(store, given);
      if (!lock.enter()) return Promise.reject(shutError());
      const startedMs = this.#clock.now();
      const outcome = call.apply(store, given);
      if (!(outcome instanceof Promise)) {
        lock.leave(null);
        return outcome;
      }
      const suspect = this.#shut.size > 0 && !this.#shut.has(lock);
      const timeoutMs = suspect ? SUSPECT_DEADLINE_MS : DEADLINE_MS;
      const settled = this.#inTime(timeoutMs, outcome);
      settled.then(
        () => lock.leave(null),
        (error: unknown) => lock.leave(isUnavailable(error) ? this.#clock.now() - startedMs : null),
      );
      return settled;
    };
  }

  #inTime(timeoutMs: number, outcome: Promise<unknown>): Promise<unknown> {
    let settled = false;
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(timeoutMs, () => {
        // Where this process itself was held up, the answer may be there, and only not yet be read.
        setImmediate(() => {
          if (!settled) this.#counters.late.add();
          reject(lateError());
        });
      });
      outcome.then(resolve, reject).finally(() => {
        settled = true;
        cancel();
      });
    });
  }
}

interface GateCounters {
  /** How often a store was shut, and opened again: as many are shut as there are more of the first. */
  readonly shut: Counter;
  readonly opened: Counter;
  /** Calls that were refused at once, and that came to no end in time. */
  readonly refused: Counter;
  readonly late: Counter;
}

/** Of one store. */
class Lock {
  readonly #clock: Clock;
  readonly #counters: GateCounters;
  /** Those of the server's locks that are shut. */
  readonly #allShut: Set<Lock>;
  #shutUntilMs: number | null = null;
  #probing = false;

  constructor(clock: Clock, allShut: Set<Lock>, counters: GateCounters) {
    this.#clock = clock;
    this.#allShut = allShut;
    this.#counters = counters;
  }

  /** Whether it refuses who comes now. */
  get shut(): boolean {
    if (this.#shutUntilMs === null) return false;
    return this.#probing || this.#clock.now() < this.#shutUntilMs;
  }

  enter(): boolean {
    if (this.#shutUntilMs === null) return true;
    if (this.shut) {
      this.#counters.refused.add();
      return false;
    }
    this.#probing = true;
    return true;
  }

  /** `failedAfterMs`: how long it took until the store was found not to be there; `null`: it was. */
  leave(failedAfterMs: number | null): void {
    this.#probing = false;
    if (failedAfterMs === null) {
      this.#shutUntilMs = null;
      if (this.#allShut.delete(this)) this.#counters.opened.add();
    } else if (failedAfterMs >= SLOW_MS || this.#shutUntilMs !== null) {
      this.#shutUntilMs = this.#clock.now() + SHUT_MS;
      if (!this.#allShut.has(this)) this.#counters.shut.add();
      this.#allShut.add(this);
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return isVoiceError(error) && error.code === 'ERR_STORE_UNAVAILABLE';
}

function lateError(): Error {
  return coreError('ERR_STORE_UNAVAILABLE', 'the store did not answer in time');
}

function shutError(): Error {
  return coreError('ERR_STORE_UNAVAILABLE', 'the store did not answer a moment ago');
}
