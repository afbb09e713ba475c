import type { AuditEntry, AuditLog } from '../contracts/audit-log.js';
import type { Logger } from '../contracts/logger.js';
import { frozenCopy } from '../hook/frozen-copy.js';

export interface MemoryAuditLogOptions {
  readonly log: Logger;
  /** Entries kept, of all organizations together; the oldest goes first. Default 10,000. */
  readonly capacity?: number;
}

/** Keeps the newest entries while the process lives. */
export class MemoryAuditLog implements AuditLog {
  readonly #log: Logger;
  readonly #capacity: number;
  readonly #ring: AuditEntry[] = [];
  /** Where the next entry goes once the ring is full: the place of the oldest. */
  #oldest = 0;

  constructor({ log, capacity = 10_000 }: MemoryAuditLogOptions) {
    this.#log = log;
    this.#capacity = Math.max(1, capacity);
  }

  append(entry: AuditEntry): void {
    try {
      this.#keep(frozenCopy(entry));
    } catch (error) {
      this.#log.error(`the audit entry of "${entry.action}" is lost: it is no plain data`, {
        error,
      });
    }
  }

  async list(organizationId: string, limit: number): Promise<readonly AuditEntry[]> {
    const found: AuditEntry[] = [];
    for (let age = 1; age <= this.#ring.length && found.length < limit; age++) {
      const index = (this.#oldest - age + this.#ring.length) % this.#ring.length;
      const entry = this.#ring[index];
      if (entry?.organizationId === organizationId) found.push(entry);
    }
    return found;
  }

  #keep(entry: AuditEntry): void {
    if (this.#ring.length < this.#capacity) {
      this.#ring.push(entry);
      return;
    }
    this.#ring[this.#oldest] = entry;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }
}
