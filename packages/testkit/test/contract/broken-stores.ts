import { createMemoryStores, type StoreSet } from '@sidetone/core';
import { isVoiceError } from '@sidetone/protocol';
import type { ContractRunner, StoreSubject } from '../../src/contract/contract-runner.js';
import { createRecordingLogger } from '../../src/log/recording-logger.js';
import type { Defect } from './it-catches.js';

export type Suite = (runner: ContractRunner, subject: StoreSubject<StoreSet>) => void;

export type Method = (...given: readonly never[]) => unknown;

/** What a broken double does in place of a method; `real` is that method. */
export type Change = (real: Method, name: string, given: readonly unknown[]) => unknown;

/** Which methods of a store are changed; `undefined` leaves a method as it is. */
export type Changes<Name extends keyof StoreSet> = {
  readonly [Key in keyof StoreSet[Name]]?: StoreSet[Name][Key];
};

export const memoryStores = (): StoreSet => createMemoryStores({ log: createRecordingLogger() });

export function defect(
  suite: Suite,
  create: () => StoreSet | Promise<StoreSet>,
  ...caughtBy: readonly string[]
): Defect {
  return {
    suite: (runner) => suite(runner, { create, reopen: (stores) => stores }),
    caughtBy,
  };
}

/** Stores in memory of which one has other methods. */
export function withStore<Name extends keyof StoreSet>(
  name: Name,
  change: (real: StoreSet[Name], stores: StoreSet) => Changes<Name>,
): () => StoreSet {
  return () => {
    const stores = memoryStores();
    const changes = change(stores[name], stores);
    return { ...stores, [name]: replaced(stores[name], changes) };
  };
}

/** Stores in memory of which one has every method changed. */
export function withEvery(
  name: keyof StoreSet,
  change: (stores: StoreSet) => Change,
): () => StoreSet {
  return () => {
    const stores = memoryStores();
    const changed = change(stores);
    const store = new Proxy<object>(stores[name], {
      get(target, method) {
        const real = Reflect.get(target, method) as Method;
        return (...given: readonly unknown[]): unknown =>
          changed(real.bind(target), String(method), given);
      },
    });
    return { ...stores, [name]: store };
  };
}

function replaced<S extends object>(store: S, changes: object): S {
  return new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(changes, name)) return Reflect.get(changes, name) as unknown;
      return (Reflect.get(target, name) as Method).bind(target);
    },
  });
}

/** Stores of which one knows nothing of what the others have. */
export function alone(store: Partial<StoreSet>): () => StoreSet {
  return () => ({ ...memoryStores(), ...store });
}

/** As the method itself, without a type. */
export function call(real: Method, given: readonly unknown[]): unknown {
  return real(...(given as readonly never[]));
}

/** Writes whatever version is given. */
export async function force(real: Method, record: object): Promise<unknown> {
  for (let version = 0; ; version++) {
    try {
      return await call(real, [{ ...record, version }]);
    } catch (error) {
      if (!isVoiceError(error) || error.code !== 'ERR_STORE_VERSION' || version > 20) throw error;
    }
  }
}
