import type { CancelTimer, Clock, Logger } from '@sidetone/core';
import { isVoiceError } from '@sidetone/protocol';
import type { SqlDatabase } from '../database/sql-database.js';
import { AUDIT_ENTRY } from './audit-table.js';
import type { Row } from './row.js';

export interface AuditQueueParts {
  readonly database: SqlDatabase;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An hour of a busy server without a database. */
const CAPACITY = 10_000;
const BATCH = 100;
const RETRY_MS = 1_000;
const FLUSH_ATTEMPTS = 2;

/** Entries on their way to the database, which may be gone for a while. */
export class AuditQueue {
  readonly #parts: AuditQueueParts;
  #waiting: Row[] = [];
  #writing: Promise<boolean> | null = null;
  #cancelRetry: CancelTimer | null = null;

  constructor(parts: AuditQueueParts) {
    this.#parts = parts;
  }

  push(row: Row): void {
    this.#waiting.push(row);
    if (this.#waiting.length > CAPACITY) this.#lose(this.#waiting.splice(0, BATCH));
    // While the database is gone the timer tries again, not every entry.
    if (this.#cancelRetry === null) void this.#write();
  }

  /** Waits until all that was pushed before is kept, or gives it up and says so. */
  async flush(): Promise<void> {
    const last = this.#waiting.at(-1);
    for (let attempt = 0; attempt < FLUSH_ATTEMPTS; attempt++) {
      if (await this.#write()) return;
    }
    const given = last === undefined ? 0 : this.#waiting.indexOf(last) + 1;
    this.#lose(this.#waiting.splice(0, given));
    if (this.#waiting.length === 0) this.#stopRetry();
  }

  /** One at a time, or entries would overtake each other. False: the database is gone. */
  #write(): Promise<boolean> {
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = null));
    return this.#writing;
  }

  async #writeAll(): Promise<boolean> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      const kept = await this.#insert(batch);
      if (!kept) {
        this.#retryLater();
        return false;
      }
      const done = new Set(batch);
      this.#waiting = this.#waiting.filter((row) => !done.has(row));
    }
    this.#stopRetry();
    return true;
  }

  /** All of them or, where one cannot be kept, each for itself. */
  async #insert(rows: readonly Row[]): Promise<boolean> {
    try {
      await this.#parts.database.inOrganization(null, (trx) =>
        trx(AUDIT_ENTRY)
          .insert([...rows])
          .onConflict(['organization_id', 'id'])
          .ignore(),
      );
      return true;
    } catch (error) {
      if (isVoiceError(error) && error.code === 'ERR_STORE_UNAVAILABLE') return false;
      if (rows.length === 1) {
        this.#lose(rows, error);
        return true;
      }
    }
    for (const row of rows) if (!(await this.#insert([row]))) return false;
    return true;
  }

  #retryLater(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = this.#parts.clock.after(RETRY_MS, () => {
      this.#cancelRetry = null;
      void this.#write();
    });
  }

  #stopRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
  }

  #lose(rows: readonly Row[], error?: unknown): void {
    if (rows.length === 0) return;
    const actions = [...new Set(rows.map((row) => String(row.action)))].slice(0, 10);
    const why = error === undefined ? 'the database is gone' : 'the database refuses them';
    this.#parts.log.error(`${rows.length} audit entries are lost: ${why}`, {
      actions,
      ...(error === undefined ? {} : { error }),
    });
  }
}
