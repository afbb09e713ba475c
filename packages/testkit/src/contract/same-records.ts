import { deepStrictEqual } from 'node:assert/strict';

/**
 * Compares what a store gives back with what went in, in no order. Only own fields count: a store
 * may give objects of a class or without prototype.
 */
export function assertSameRecords<T extends { readonly id: string }>(
  actual: readonly T[],
  expected: readonly T[],
): void {
  deepStrictEqual(inOrder(actual), inOrder(expected));
}

function inOrder<T extends { readonly id: string }>(records: readonly T[]): T[] {
  return records
    .map((record) => ({ ...record }))
    .sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
}

/** Changes a field of an object that ought to be the caller's own; frozen ones stay as they are. */
export function tamper(
  record: object | undefined,
  changes: Readonly<Record<string, unknown>>,
): void {
  for (const [field, value] of Object.entries(changes)) {
    if (record !== undefined) Reflect.set(record, field, value);
  }
}
