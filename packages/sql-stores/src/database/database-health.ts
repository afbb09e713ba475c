import type { HealthCheck, HealthReport } from '@sidetone/core';
import { isVoiceError } from '@sidetone/protocol';
import type { SqlDialect } from '../dialect/sql-dialect.js';
import type { SqlDatabase } from './sql-database.js';

/** Says whether the database answers. */
export class DatabaseHealth implements HealthCheck {
  readonly name = 'database';
  readonly #database: SqlDatabase;
  readonly #dialect: SqlDialect;

  constructor(database: SqlDatabase, dialect: SqlDialect) {
    this.#database = database;
    this.#dialect = dialect;
  }

  async check(): Promise<HealthReport> {
    const startMs = performance.now();
    try {
      const version = await this.#database.inOrganization(null, (trx) =>
        this.#dialect.version(trx),
      );
      const tookMs = Math.ceil(performance.now() - startMs);
      return { ok: true, message: `${version} answers in ${tookMs} ms` };
    } catch (error) {
      const words = isVoiceError(error) ? error.message : 'the database refuses to answer';
      return { ok: false, message: words };
    }
  }
}
