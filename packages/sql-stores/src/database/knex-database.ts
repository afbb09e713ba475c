import type { HealthCheck } from '@sidetone/core';
import type { VoiceError } from '@sidetone/protocol';
import type { Knex } from 'knex';
import { setTimeout as pause } from 'node:timers/promises';
import type { SqlDialect, SqlDialectName } from '../dialect/sql-dialect.js';
import { storeError } from '../error/error-codes.js';
import { faultError } from '../error/fault-error.js';
import { DatabaseHealth } from './database-health.js';
import { Migrator } from './migrator.js';
import { connectionPool } from './raw-connection.js';
import type { SqlDatabase, SqlMigration } from './sql-database.js';
import { Transaction } from './transaction.js';

export interface KnexDatabaseOptions {
  readonly knex: Knex;
  readonly dialect: SqlDialect;
  /** How long one call may take in all; at most 2,000. Default 1,800. */
  readonly operationTimeoutMs?: number;
}

/** On connections that turn out to be dead. */
const ATTEMPTS = 4;
/** Longer than a write of somebody else's usually takes, and short beside the whole time. */
const RETRY_PAUSE_MS = 15;

/** A `SqlDatabase` on a pool of connections. */
export class KnexDatabase implements SqlDatabase {
  readonly knex: Knex;
  readonly dialect: SqlDialectName;
  readonly health: HealthCheck;
  readonly #dialect: SqlDialect;
  readonly #migrator: Migrator;
  readonly #timeoutMs: number;

  constructor({ knex, dialect, operationTimeoutMs = 1_800 }: KnexDatabaseOptions) {
    this.knex = knex;
    this.dialect = dialect.name;
    this.#dialect = dialect;
    this.#timeoutMs = operationTimeoutMs;
    this.#migrator = new Migrator(dialect);
    this.health = new DatabaseHealth(this, dialect);
  }

  migrate(owner: string, migrations: readonly SqlMigration[]): Promise<void> {
    return this.#migrator.migrate(owner, migrations);
  }

  async inOrganization<T>(
    organizationId: string | null,
    work: (trx: Knex.Transaction) => Promise<T>,
  ): Promise<T> {
    const transaction = new Transaction<T>({
      knex: this.knex,
      pool: connectionPool(this.knex),
      dialect: this.#dialect,
      organizationId,
      work,
    });
    let timer: NodeJS.Timeout | undefined;
    const expiry = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const late = tooLate(this.#timeoutMs);
        reject(late);
        transaction.expire(late);
      }, this.#timeoutMs);
    });
    try {
      return await Promise.race([this.#repeat(transaction), expiry]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #repeat<T>(transaction: Transaction<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await transaction.run();
      } catch (error) {
        const fault = this.#dialect.faultOf(error);
        // Its connection may have died, perhaps unseen long before; the next one may be alive.
        const again = fault === 'unavailable' && transaction.undone && attempt < ATTEMPTS;
        if (transaction.expired || (fault !== 'retry' && !again)) throw faultError(error, fault);
        await pause(RETRY_PAUSE_MS * (0.5 + Math.random()));
      }
    }
  }
}

function tooLate(timeoutMs: number): VoiceError {
  return storeError(
    'ERR_STORE_UNAVAILABLE',
    `the database did not answer within ${timeoutMs} ms: try again in a moment`,
  );
}
