import { isVoiceError } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
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
  readonly #shut = new Set<Lock>();
  #armed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is loaded before may take as long as a start may. */
  arm(): void {
    this.#armed = true;
  }

  /** The store with every method that answers by a promise under guard. */
  guard<S extends object>(store: S): S {
    const lock = new Lock(this.#clock, this.#shut);
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
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(timeoutMs, () => {
        // Where this process itself was held up, the answer may be there, and only not yet be read.
        setImmediate(() => reject(lateError()));
      });
      outcome.then(resolve, reject).finally(cancel);
    });
  }
}

/** Of one store. */
class Lock {
  readonly #clock: Clock;
  /** Those of the server's locks that are shut. */
  readonly #allShut: Set<Lock>;
  #shutUntilMs: number | null = null;
  #probing = false;

  constructor(clock: Clock, allShut: Set<Lock>) {
    this.#clock = clock;
    this.#allShut = allShut;
  }

  enter(): boolean {
    if (this.#shutUntilMs === null) return true;
    if (this.#probing || this.#clock.now() < this.#shutUntilMs) return false;
    this.#probing = true;
    return true;
  }

  /** `failedAfterMs`: how long it took until the store was found not to be there; `null`: it was. */
  leave(failedAfterMs: number | null): void {
    this.#probing = false;
    if (failedAfterMs === null) {
      this.#shutUntilMs = null;
      this.#allShut.delete(this);
    } else if (failedAfterMs >= SLOW_MS || this.#shutUntilMs !== null) {
      this.#shutUntilMs = this.#clock.now() + SHUT_MS;
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
