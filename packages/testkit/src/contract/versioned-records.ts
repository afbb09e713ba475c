import { deepStrictEqual, notDeepStrictEqual, rejects } from 'node:assert/strict';
import type { StoreSet, Versioned } from '@sidetone/core';
import { assertSameRecord, tamper } from './same-records.js';
import { outcomesOf } from './outcomes.js';

const VERSION = { code: 'ERR_STORE_VERSION' };

/** How the suite of a store gets at one kind of its records that have versions. */
export interface VersionedKind<R extends Versioned> {
  /** For titles, for instance `an account`. */
  readonly noun: string;
  /** A record that can be put, all that it refers to being there. */
  make(stores: StoreSet): R | Promise<R>;
  put(stores: StoreSet, record: R): Promise<number>;
  /** What the store has of it, by its id. */
  read(stores: StoreSet, record: R): Promise<R | null>;
  /** The record with another content: the `round` decides which. */
  change(record: R, round: number): R;
}

/** A test on fresh stores. */
export type StoreTest = (title: string, test: (stores: StoreSet) => Promise<void>) => void;

/** The tests of what `Versioned` promises. */
export function describeVersions<R extends Versioned>(
  test: StoreTest,
  kind: VersionedKind<R>,
): void {
  const { noun, make, put, read, change } = kind;

  test(`counts the versions of ${noun} from 1 and gives back every field of it`, async (stores) => {
    const record = await make(stores);
    assertSameRecord(await read(stores, record), null);
    for (let version = 0; version < 3; version++) {
      const next = { ...change(record, version), version };
      deepStrictEqual(await put(stores, next), version + 1);
      assertSameRecord(await read(stores, record), { ...next, version: version + 1 });
    }
  });

  test(`takes the same write of ${noun} twice as once`, async (stores) => {
    const record = await make(stores);
    deepStrictEqual(await Promise.all([put(stores, record), put(stores, record)]), [1, 1]);
    deepStrictEqual(await put(stores, record), 1);
    const changed = { ...change(record, 1), version: 1 };
    deepStrictEqual(await Promise.all([put(stores, changed), put(stores, changed)]), [2, 2]);
    deepStrictEqual(await put(stores, changed), 2);
    assertSameRecord(await read(stores, record), { ...changed, version: 2 });
  });

  test(`refuses ${noun} of another version and changes nothing`, async (stores) => {
    const record = await make(stores);
    await rejects(put(stores, { ...record, version: 1 }), VERSION);
    assertSameRecord(await read(stores, record), null);
    await put(stores, record);
    await rejects(put(stores, { ...change(record, 1), version: 0 }), VERSION);
    await rejects(put(stores, { ...change(record, 1), version: 2 }), VERSION);
    await put(stores, { ...change(record, 1), version: 1 });
    await rejects(put(stores, { ...change(record, 2), version: 1 }), VERSION);
    // What was written first, and again now that something else was written over it.
    await rejects(put(stores, record), VERSION);
    assertSameRecord(await read(stores, record), { ...change(record, 1), version: 2 });
  });

  test(`lets one of several changes of ${noun} through that come at once`, async (stores) => {
    const record = await make(stores);
    await put(stores, record);
    const changes = [1, 2, 3, 4].map((round) => ({ ...change(record, round), version: 1 }));
    const { won, codes } = await outcomesOf(changes, (each) => put(stores, each));
    deepStrictEqual(won.length, 1);
    deepStrictEqual(codes, [VERSION.code, VERSION.code, VERSION.code]);
    assertSameRecord(await read(stores, record), { ...(won[0] as R), version: 2 });
  });

  test(`does not change with the objects of ${noun} that went in and came out`, async (stores) => {
    const record = await make(stores);
    const given = structuredClone(record);
    await put(stores, given);
    const kept = { ...record, version: 1 };
    const changes = change(record, 1) as unknown as Readonly<Record<string, unknown>>;
    notDeepStrictEqual(changes, record);
    tamperDeep(given, changes);
    tamperDeep(await read(stores, record), changes);
    assertSameRecord(await read(stores, record), kept);
  });
}

function tamperDeep(record: object | null, changes: Readonly<Record<string, unknown>>): void {
  for (const value of Object.values<unknown>({ ...record })) {
    if (Array.isArray(value) && !Object.isFrozen(value)) value.push('tampered');
    else if (typeof value === 'object' && value !== null) tamper(value, { kind: 'tampered' });
  }
  tamper(record, changes);
}
