import { MemoryTable, type MemoryTableRules } from './memory-table.js';

interface AnyTable {
  has(key: string): boolean;
  deleteReferring(table: string, key: string): void;
}

/**
 * What the stores in memory share, so that each knows what the others hold. A table that no store
 * has opened is kept elsewhere: what is said to be there is taken for there.
 */
export class MemoryDatabase {
  readonly #tables = new Map<string, AnyTable>();

  open<R extends object>(rules: MemoryTableRules<R>): MemoryTable<R> {
    const table = new MemoryTable(this, rules);
    this.#tables.set(rules.name, table);
    return table;
  }

  has(table: string, key: string): boolean {
    return this.#tables.get(table)?.has(key) ?? true;
  }

  /** Called when a record has gone: with it goes what names it. */
  deleteReferring(table: string, key: string): void {
    for (const each of this.#tables.values()) each.deleteReferring(table, key);
  }
}
