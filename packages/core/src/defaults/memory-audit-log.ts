import { randomUUID } from 'node:crypto';
import type { AuditEntry, AuditLog } from '../contracts/audit-log.js';
import type { Logger } from '../contracts/logger.js';
import type { PortableRecord } from '../contracts/stored-record.js';
import { frozenCopy } from '../hook/frozen-copy.js';
import { importRecords } from '../portability/import-records.js';

export interface MemoryAuditLogOptions {
  readonly log: Logger;
  /** Entries kept, of all organizations together; the oldest goes first. Default 10,000. */
  readonly capacity?: number;
}

interface Kept {
  readonly id: string;
  readonly entry: AuditEntry;
}

/** Keeps the newest entries while the process lives. */
export class MemoryAuditLog implements AuditLog {
  readonly #log: Logger;
  readonly #capacity: number;
  readonly #ring: Kept[] = [];
  /** Where the next entry goes once the ring is full: the place of the oldest. */
  #oldest = 0;

  constructor({ log, capacity = 10_000 }: MemoryAuditLogOptions) {
    this.#log = log;
    this.#capacity = Math.max(1, capacity);
  }

  append(entry: AuditEntry): void {
    try {
      this.#keep({ id: randomUUID(), entry: frozenCopy(entry) });
    } catch (error) {
      this.#log.error(`the audit entry of "${entry.action}" is lost: it is no plain data`, {
        error,
      });
    }
  }

  async flush(): Promise<void> {}

  async list(organizationId: string, limit: number): Promise<readonly AuditEntry[]> {
    const found: AuditEntry[] = [];
    for (let age = 1; age <= this.#ring.length && found.length < limit; age++) {
      const index = (this.#oldest - age + this.#ring.length) % this.#ring.length;
      const entry = this.#ring[index]?.entry;
      if (entry?.organizationId === organizationId) found.push(entry);
    }
    return found;
  }

  async *export(): AsyncIterable<PortableRecord> {
    const oldestFirst = [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
    for (const { id, entry } of oldestFirst) yield { kind: 'auditEntry', record: { id, ...entry } };
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    const places = new Map(this.#ring.map(({ id }, place) => [id, place]));
    return importRecords(records, {
      auditEntry: ({ id, ...entry }) => {
        const kept = { id, entry: frozenCopy(entry) };
        const place = places.get(id);
        if (place === undefined) this.#keep(kept);
        else this.#ring[place] = kept;
      },
    });
  }

  #keep(kept: Kept): void {
    if (this.#ring.length < this.#capacity) {
      this.#ring.push(kept);
      return;
    }
    this.#ring[this.#oldest] = kept;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }
}
