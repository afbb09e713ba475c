import { coreError } from '../error/error-codes.js';
import { frozenCopy } from '../hook/frozen-copy.js';
import type { MemoryDatabase } from './memory-database.js';

/** A field that names a record of another table; with that one goes what names it. */
export interface MemoryReference<R> {
  readonly table: string;
  /** Key of the other record; `null`: this one names none. */
  readonly keyOf: (record: R) => string | null;
}

/** What no two records of a table share. */
export interface MemoryUnique<R> {
  /** For messages, for instance `name`. */
  readonly noun: string;
  /** `null`: this one shares it with anybody. */
  readonly keyOf: (record: R) => string | null;
}

export interface MemoryTableRules<R> {
  readonly name: string;
  readonly keyOf: (record: R) => string;
  readonly references?: readonly MemoryReference<R>[];
  readonly uniques?: readonly MemoryUnique<R>[];
}

/** One text for several parts, none of which can look like two. */
export function memoryKey(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** Records of one kind under their keys. Nobody can change what it holds and gives out. */
export class MemoryTable<R extends object> {
  readonly rules: MemoryTableRules<R>;
  readonly #database: MemoryDatabase;
  readonly #records = new Map<string, R>();
  /** By the noun of the unique, then its key: key of the record that has it. */
  readonly #taken = new Map<string, Map<string, string>>();

  constructor(database: MemoryDatabase, rules: MemoryTableRules<R>) {
    this.rules = rules;
    this.#database = database;
    for (const { noun } of rules.uniques ?? []) this.#taken.set(noun, new Map());
  }

  has(key: string): boolean {
    return this.#records.has(key);
  }

  get(...parts: readonly string[]): R | null {
    return this.#records.get(memoryKey(...parts)) ?? null;
  }

  find(noun: string, key: string): R | null {
    const owner = this.#taken.get(noun)?.get(key);
    return (owner === undefined ? undefined : this.#records.get(owner)) ?? null;
  }

  all(): readonly R[] {
    return [...this.#records.values()];
  }

  filter(wanted: (record: R) => boolean): readonly R[] {
    return this.all().filter(wanted);
  }

  /** Creates or replaces. Throws `ERR_STORE_REFERENCE` and `ERR_STORE_CONFLICT`. */
  put(record: R): void {
    const kept = frozenCopy(record);
    const key = this.rules.keyOf(kept);
    this.#requireReferences(kept);
    this.#requireUnique(kept, key);
    this.#release(key);
    this.#records.set(key, kept);
    for (const { noun, keyOf } of this.rules.uniques ?? []) {
      const unique = keyOf(kept);
      if (unique !== null) this.#taken.get(noun)?.set(unique, key);
    }
  }

  /** With all that names it, in whatever table. */
  delete(...parts: readonly string[]): void {
    this.#deleteByKey(memoryKey(...parts));
  }

  deleteReferring(table: string, target: string): void {
    for (const { table: named, keyOf } of this.rules.references ?? []) {
      if (named !== table) continue;
      for (const [key, record] of [...this.#records]) {
        if (keyOf(record) === target) this.#deleteByKey(key);
      }
    }
  }

  #deleteByKey(key: string): void {
    if (!this.#records.has(key)) return;
    this.#release(key);
    this.#records.delete(key);
    this.#database.deleteReferring(this.rules.name, key);
  }

  #release(key: string): void {
    const record = this.#records.get(key);
    if (!record) return;
    for (const { noun, keyOf } of this.rules.uniques ?? []) {
      const unique = keyOf(record);
      if (unique !== null) this.#taken.get(noun)?.delete(unique);
    }
  }

  #requireReferences(record: R): void {
    for (const { table, keyOf } of this.rules.references ?? []) {
      const key = keyOf(record);
      if (key === null || this.#database.has(table, key)) continue;
      throw coreError(
        'ERR_STORE_REFERENCE',
        `"${this.rules.name}" names a record of "${table}" that is not there: write that one first`,
        { details: { table } },
      );
    }
  }

  #requireUnique(record: R, key: string): void {
    for (const { noun, keyOf } of this.rules.uniques ?? []) {
      const unique = keyOf(record);
      const owner = unique === null ? undefined : this.#taken.get(noun)?.get(unique);
      if (owner === undefined || owner === key) continue;
      throw coreError(
        'ERR_STORE_CONFLICT',
        `another record of "${this.rules.name}" has this ${noun} already: choose another one`,
        { details: { table: this.rules.name, unique: noun } },
      );
    }
  }
}
