import type { Knex } from 'knex';
import type { SqlDialect } from '../dialect/sql-dialect.js';
import type { connectionPool, RawConnection } from './raw-connection.js';

interface TransactionParts<T> {
  readonly knex: Knex;
  readonly pool: ReturnType<typeof connectionPool>;
  readonly dialect: SqlDialect;
  readonly organizationId: string | null;
  readonly work: (trx: Knex.Transaction) => Promise<T>;
}

/** One piece of work in one organization, which may be begun anew and has to end in time. */
export class Transaction<T> {
  readonly #parts: TransactionParts<T>;
  #connection: RawConnection | null = null;
  #trx: Knex.Transaction | null = null;
  #expiry: Error | null = null;
  #undone = false;

  constructor(parts: TransactionParts<T>) {
    this.#parts = parts;
  }

  get expired(): boolean {
    return this.#expiry !== null;
  }

  /** Whether it got a connection and did not come to the commit: nothing was written. */
  get undone(): boolean {
    return this.#undone;
  }

  async run(): Promise<T> {
    const { knex, pool, dialect } = this.#parts;
    this.#undone = false;
    const connection = await pool.acquireConnection();
    try {
      if (this.#expiry) throw this.#expiry;
      this.#connection = connection;
      this.#undone = true;
      return await knex.transaction((trx) => this.#inside(trx), { connection });
    } catch (error) {
      if (dialect.faultOf(error) === 'unavailable') dialect.abandon(connection);
      else dialect.restore(connection);
      throw error;
    } finally {
      this.#connection = null;
      this.#trx = null;
      await pool.releaseConnection(connection);
    }
  }

  /** Ends it now, whatever it waits for. */
  expire(reason: Error): void {
    this.#expiry = reason;
    if (this.#connection) this.#parts.dialect.abandon(this.#connection);
    // The work may wait for something else than the database, which holds the connection all the same.
    if (this.#trx && !this.#trx.isCompleted()) void this.#trx.rollback(reason);
  }

  async #inside(trx: Knex.Transaction): Promise<T> {
    const { dialect, organizationId, work } = this.#parts;
    this.#trx = trx;
    await dialect.enter(trx, organizationId);
    let failed: unknown = null;
    trx.on('query-error', (error: unknown) => (failed ??= error));
    const result = await work(trx);
    // PostgreSQL takes the COMMIT of a transaction in which a statement failed for a ROLLBACK, and
    // says nothing. Where the work has caught that failure, this statement fails in its place.
    if (failed !== null) await trx.raw('select 1');
    this.#undone = false;
    return result;
  }
}
