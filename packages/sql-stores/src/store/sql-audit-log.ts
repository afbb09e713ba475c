import type { AuditEntry, AuditLog, Logger, PortableRecord } from '@sidetone/core';
import { randomUUID } from 'node:crypto';
import type { SqlDatabase } from '../database/sql-database.js';
import { isUuid } from '../dialect/uuid.js';
import { AuditQueue, type AuditQueueParts } from './audit-queue.js';
import { AUDIT_ENTRY, auditEntryOf, auditRow } from './audit-table.js';
import { exportPages } from './export-pages.js';
import { importInBatches } from './import-batch.js';
import { textOf, type Row } from './row.js';

/**
 * Writes behind, in the order of appending. While the database is gone entries wait, 10,000 at most,
 * for its return.
 */
export class SqlAuditLog implements AuditLog {
  readonly #database: SqlDatabase;
  readonly #log: Logger;
  readonly #queue: AuditQueue;

  constructor(parts: AuditQueueParts) {
    this.#database = parts.database;
    this.#log = parts.log;
    this.#queue = new AuditQueue(parts);
  }

  append(entry: AuditEntry): void {
    try {
      // Cloned, because JSON would leave out in silence what is no plain data.
      this.#queue.push(auditRow({ id: randomUUID(), ...structuredClone(entry) }));
    } catch (error) {
      this.#log.error(`the audit entry of "${entry.action}" is lost: it is no plain data`, {
        error,
      });
    }
  }

  flush(): Promise<void> {
    return this.#queue.flush();
  }

  async list(organizationId: string, limit: number): Promise<readonly AuditEntry[]> {
    if (!isUuid(organizationId)) return [];
    return this.#database.inOrganization(organizationId, async (trx) => {
      const rows = (await trx(AUDIT_ENTRY)
        .where({ organization_id: organizationId })
        .orderBy([
          { column: 'at', order: 'desc' },
          { column: 'sequence', order: 'desc' },
        ])
        .limit(limit)) as Row[];
      return rows.map(auditEntryOf);
    });
  }

  async *export(): AsyncIterable<PortableRecord> {
    await this.flush();
    for await (const row of exportPages(this.#database, AUDIT_ENTRY, ['at', 'sequence'])) {
      yield { kind: 'auditEntry', record: { id: textOf(row, 'id'), ...auditEntryOf(row) } };
    }
  }

  import(records: AsyncIterable<PortableRecord>): Promise<void> {
    return importInBatches(this.#database, records, {
      auditEntry: async (trx, record) => {
        await trx(AUDIT_ENTRY)
          .insert(auditRow(record))
          .onConflict(['organization_id', 'id'])
          .merge();
      },
    });
  }
}
