import type { Knex } from 'knex';

/** A connection of the driver. Knex takes none from its pool that is marked as disposed. */
export interface RawConnection {
  __knex__disposed?: unknown;
}

interface ConnectionPool {
  acquireConnection(): Promise<RawConnection>;
  releaseConnection(connection: RawConnection): Promise<void>;
}

/** Knex types its client as `any`; these two methods are the documented ones of its clients. */
export function connectionPool(knex: Knex): ConnectionPool {
  return knex.client as ConnectionPool;
}
