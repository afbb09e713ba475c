import type { PortableStoreName, StoreSet } from '@sidetone/core';
import { collect, each } from '../../src/contract/portable-content.js';
import { NO_UUID } from '../../src/contract/store-suite.js';
import {
  call,
  defect,
  force,
  memoryStores,
  withEvery,
  type Change,
  type Method,
  type Suite,
} from './broken-stores.js';
import type { Defect } from './it-catches.js';

/** What an import says in a store that asks for no references. */
export const elsewhere = 'refuses an import of what refers to records that are not there';

/** Defects that every store can have. */
export function commonDefects(
  suite: Suite,
  name: keyof StoreSet,
): Readonly<Record<string, Defect>> {
  return {
    'keeps nothing': defect(
      suite,
      withEvery(name, () => keepNothing),
    ),
    'chokes on what is no UUID': defect(
      suite,
      withEvery(name, () => chokeOnNoUuid),
    ),
    'forgets when it is opened anew': {
      suite: (runner) => suite(runner, { create: memoryStores, reopen: memoryStores }),
      caughtBy: ['has everything again after it was opened anew'],
    },
  };
}

/** Those of stores that are exported; `kind` is what `put` writes, `method` that one. */
export function portableDefects(
  suite: Suite,
  name: PortableStoreName,
  kind: string,
  method = 'put',
): Readonly<Record<string, Defect>> {
  return {
    'imports whatever comes': defect(
      suite,
      withEvery(name, () => importAnything),
      'refuses an import of kinds and shapes that it does not know',
    ),
    'imports only what is not there': defect(
      suite,
      withEvery(name, (stores) => importIntoEmpty(stores, name)),
    ),
    'exports something from the start': defect(
      suite,
      withEvery(name, () => exportStray),
      'has nothing to export at first',
    ),
    'leaves the last line of an export out': defect(
      suite,
      withEvery(name, () => exportLess),
      'is the same after an export and an import elsewhere, versions included',
    ),
    'keeps the objects that it is given': defect(
      suite,
      withEvery(name, (stores) => keepObjects(stores, name, kind, method)),
    ),
  };
}

/** Those of records that have versions. */
export function versionDefects(
  suite: Suite,
  name: PortableStoreName,
  noun: string,
  method = 'put',
): Readonly<Record<string, Defect>> {
  const change = (broken: Change) => (): Change => (real, called, given) =>
    called === method ? broken(real, called, given) : call(real, given);
  return {
    [`writes ${noun} of whatever version`]: defect(
      suite,
      withEvery(
        name,
        change((real, _name, [record]) => force(real, record as object)),
      ),
      `refuses ${noun} of another version and changes nothing`,
      `lets one of several changes of ${noun} through that come at once`,
    ),
    [`does not know its own write of ${noun} again`]: defect(
      suite,
      withEvery(name, () => {
        const written = new Set<string>();
        return change((real, _name, [record]) => {
          const text = JSON.stringify(record);
          if (written.has(text)) return Promise.reject(new Error('written already'));
          written.add(text);
          return call(real, [record]);
        })();
      }),
      `takes the same write of ${noun} twice as once`,
    ),
    [`counts versions of ${noun} from 2`]: defect(
      suite,
      withEvery(
        name,
        change(async (real, _name, given) => 1 + ((await call(real, given)) as number)),
      ),
      `counts the versions of ${noun} from 1 and gives back every field of it`,
    ),
  };
}

const keepNothing: Change = (real, name, given) => {
  if (/^(put|assign|setSealed|use|import|append)/.test(name)) {
    return Promise.resolve(name === 'use' ? true : name.startsWith('put') ? 1 : undefined);
  }
  return call(real, given);
};

const chokeOnNoUuid: Change = (real, _name, given) => {
  if (JSON.stringify(given).includes(NO_UUID)) return Promise.reject(new Error('no UUID'));
  return call(real, given);
};

const importAnything: Change = async (real, name, given) => {
  if (name !== 'import') return call(real, given);
  try {
    await (call(real, given) as Promise<void>);
  } catch {
    // That is what is wrong with it.
  }
};

function importIntoEmpty(stores: StoreSet, store: PortableStoreName): Change {
  return async (real, name, given) => {
    if (name !== 'import') return call(real, given);
    if ((await collect(stores[store].export())).length === 0) await call(real, given);
  };
}

const exportStray: Change = (real, name, given) => {
  if (name !== 'export') return call(real, given);
  return each([{ kind: 'stray', record: {} }]);
};

const exportLess: Change = (real, name, given) => {
  if (name !== 'export') return call(real, given);
  const lines = call(real, given) as ReturnType<StoreSet['accounts']['export']>;
  return (async function* () {
    yield* (await collect(lines)).slice(0, -1);
  })();
};

/** Before it reads, it writes what has become of the objects that it was given. */
function keepObjects(
  stores: StoreSet,
  store: PortableStoreName,
  kind: string,
  method: string,
): Change {
  const given: { readonly record: object; readonly version: unknown }[] = [];
  const write = async (real: Method, record: unknown): Promise<unknown> => {
    const version = await call(real, [record]);
    given.push({ record: record as object, version });
    return version;
  };
  const read = async (real: Method, args: readonly unknown[]): Promise<unknown> => {
    for (const { record, version } of given) {
      const line = { ...record, ...(typeof version === 'number' ? { version } : {}) };
      await stores[store].import(each([{ kind, record: line }]));
    }
    return call(real, args);
  };
  return (real, name, args) => {
    if (name === 'export' || name === 'import') return call(real, args);
    return name === method ? write(real, args[0]) : read(real, args);
  };
}
