import { deepStrictEqual } from 'node:assert/strict';

/**
 * Compares what a store gives back with what went in, in no order. Only own fields count: a store
 * may give objects of a class or without prototype.
 */
export function assertSameRecords<T extends object>(
  actual: readonly T[],
  expected: readonly T[],
): void {
  assertSameList(inOrder(actual), inOrder(expected));
}

/** As `assertSameRecords`, where the order counts. */
export function assertSameList<T extends object>(
  actual: readonly T[],
  expected: readonly T[],
): void {
  deepStrictEqual(structuredClone([...actual]), structuredClone([...expected]));
}

export function assertSameRecord<T extends object>(actual: T | null, expected: T | null): void {
  deepStrictEqual(structuredClone(actual), structuredClone(expected));
}

/** Changes a field of an object that ought to be the caller's own; frozen ones stay as they are. */
export function tamper(
  record: object | undefined | null,
  changes: Readonly<Record<string, unknown>>,
): void {
  for (const [field, value] of Object.entries(changes)) {
    if (record) Reflect.set(record, field, value);
  }
}

function inOrder<T extends object>(records: readonly T[]): T[] {
  const keyed = records.map((record) => ({ record, key: canonical(record) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return keyed.map(({ record }) => record);
}

/** JSON with the fields of every object in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
