import { deepStrictEqual, ok, rejects } from 'node:assert/strict';
import {
  portableStores,
  type PortableRecord,
  type PortableStoreName,
  type StoreSet,
} from '@sidetone/core';
import type { StoreSubject } from './contract-runner.js';
import { assertSameList, assertSameRecords } from './same-records.js';
import type { StoreTest } from './versioned-records.js';

/** How the suite of a store gets content to move. */
export interface PortableContent {
  readonly store: PortableStoreName;
  /** Every kind of line that the store exports. */
  readonly kinds: readonly string[];
  /** Puts something of each kind into the store, and into others what it refers to. */
  fill(stores: StoreSet): Promise<void>;
  /** Changes records that `fill` made, and adds none. */
  spoil?(stores: StoreSet): Promise<void>;
  /** Whether its records refer to some of other stores. */
  readonly refers: boolean;
}

/** The tests of what `Portable` promises, and that everything outlives the process. */
export function describePortable(
  test: StoreTest,
  subject: StoreSubject<StoreSet>,
  content: PortableContent,
): void {
  const { store, kinds, fill, spoil, refers } = content;
  const { reopen } = subject;
  const exported = (stores: StoreSet): Promise<PortableRecord[]> => collect(stores[store].export());

  test('has nothing to export at first', async (stores) => {
    assertSameList(await exported(stores), []);
  });

  test('is the same after an export and an import elsewhere, versions included', async (stores) => {
    await fill(stores);
    const lines = await exported(stores);
    deepStrictEqual([...new Set(lines.map(({ kind }) => kind))].sort(), [...kinds].sort());
    // As they are in a file.
    deepStrictEqual(JSON.parse(JSON.stringify(lines)), structuredClone(lines));
    await elsewhere(subject, async (other) => {
      await copyBefore(store, stores, other);
      await other[store].import(each(lines));
      const compare = store === 'auditLog' ? assertSameList : assertSameRecords;
      compare(await exported(other), lines);
    });
  });

  test('replaces by an import what is there, and is the same after a second one', async (stores) => {
    await fill(stores);
    const lines = await exported(stores);
    await spoil?.(stores);
    await stores[store].import(each(lines));
    await stores[store].import(each(lines));
    assertSameRecords(await exported(stores), lines);
  });

  test('refuses an import of kinds and shapes that it does not know', async (stores) => {
    await fill(stores);
    const lines = await exported(stores);
    for (const line of [{ kind: 'nonsense', record: {} }, ...kinds.flatMap(misshapen(lines))]) {
      const attempt = stores[store].import(each([line]));
      await rejects(attempt, { code: 'ERR_STORE_IMPORT' }, JSON.stringify(line));
    }
    assertSameRecords(await exported(stores), lines);
  });

  if (refers) {
    test('refuses an import of what refers to records that are not there', async (stores) => {
      await fill(stores);
      const lines = await exported(stores);
      await elsewhere(subject, async (other) => {
        await rejects(other[store].import(each(lines)), { code: 'ERR_STORE_REFERENCE' });
      });
    });
  }

  if (reopen === undefined) return;

  test('has everything again after it was opened anew', async (stores) => {
    await fill(stores);
    await stores.auditLog.flush();
    const lines = await exported(stores);
    ok(lines.length > 0);
    assertSameRecords(await exported(await reopen(stores)), lines);
  });
}

/** Lines of that kind with one thing wrong. */
function misshapen(lines: readonly PortableRecord[]): (kind: string) => readonly PortableRecord[] {
  return (kind) => {
    const record = lines.find((line) => line.kind === kind)?.record ?? {};
    const wrong = Object.keys(record).flatMap((field) => {
      const rest = Object.entries(record).filter(([name]) => name !== field);
      return [Object.fromEntries(rest), { ...record, [field]: { unknown: true } }];
    });
    ok(wrong.length > 0, `no line of the kind "${kind}" was exported`);
    const optional = (changed: object): boolean => 'code' in record && !('code' in changed);
    return [...wrong, { ...record, unknown: 1 }]
      .filter((changed) => !optional(changed) && !isDetails(changed))
      .map((changed) => ({ kind, record: changed }));
  };
}

/** The details of an audit entry may be anything. */
function isDetails(changed: object): boolean {
  return 'details' in changed && JSON.stringify(changed.details) === '{"unknown":true}';
}

async function copyBefore(store: PortableStoreName, from: StoreSet, to: StoreSet): Promise<void> {
  for (const name of portableStores.slice(0, portableStores.indexOf(store))) {
    await to[name].import(from[name].export());
  }
}

async function elsewhere(
  { create, dispose }: StoreSubject<StoreSet>,
  use: (other: StoreSet) => Promise<void>,
): Promise<void> {
  const other = await create();
  try {
    await use(other);
  } finally {
    await dispose?.(other);
  }
}

export async function collect(lines: AsyncIterable<PortableRecord>): Promise<PortableRecord[]> {
  const collected: PortableRecord[] = [];
  for await (const line of lines) collected.push(line);
  return collected;
}

export async function* each(lines: readonly PortableRecord[]): AsyncIterable<PortableRecord> {
  yield* lines;
}
