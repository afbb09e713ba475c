import knex, { type Knex } from 'knex';
import type { Client } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

export interface ConnectionPoolOptions {
  readonly url: string;
  readonly maxConnections: number;
  readonly idleTimeoutMs: number;
  /** To get a connection. */
  readonly connectTimeoutMs: number;
  /** For one statement, here and in the database. */
  readonly statementTimeoutMs: number;
}

/** A transaction in which nothing happens for so long belongs to nobody any more. */
const IDLE_TRANSACTION_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
/** How long PostgreSQL may take for a farewell; a broken connection never gives one. */
const FAREWELL_MS = 500;

/** What knex would say, its callers are told. */
const SILENT: Knex.Logger = { warn() {}, error() {}, debug() {}, deprecate() {} };

export function createConnectionPool(options: ConnectionPoolOptions): Knex {
  const pool = knex({
    client: 'pg',
    connection: () => clientConfig(options),
    compileSqlOnError: false,
    acquireConnectionTimeout: options.connectTimeoutMs,
    pool: {
      min: 0,
      max: options.maxConnections,
      createTimeoutMillis: options.connectTimeoutMs + FAREWELL_MS,
      idleTimeoutMillis: options.idleTimeoutMs,
      afterCreate: (client: Client, done: (error: Error | null) => void) => {
        prepare(client, options).then(
          () => done(null),
          (error: Error) => void sayFarewell(client).then(() => done(error)),
        );
      },
    },
    log: SILENT,
  });
  // Knex waits for an end that a half-open connection never comes to.
  (pool.client as { destroyRawConnection: typeof sayFarewell }).destroyRawConnection = sayFarewell;
  return pool;
}

/** The password is in a function, so that nobody who prints the pool or its client sees it. */
function clientConfig(options: ConnectionPoolOptions): Knex.StaticConnectionConfig {
  const { password, ...address } = parseIntoClientConfig(options.url);
  return {
    ...address,
    ...(password ? { password: () => password } : {}),
    application_name: address.application_name ?? 'sidetone',
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    connectionTimeoutMillis: options.connectTimeoutMs,
    query_timeout: options.statementTimeoutMs + FAREWELL_MS,
  } as Knex.StaticConnectionConfig;
}

async function prepare(
  client: Client,
  { statementTimeoutMs }: ConnectionPoolOptions,
): Promise<void> {
  await client.query(
    `select
      set_config('statement_timeout', $1, false),
      set_config('lock_timeout', $1, false),
      set_config('idle_in_transaction_session_timeout', $2, false),
      set_config('client_min_messages', 'warning', false),
      case current_setting('synchronous_commit')
        when 'off' then set_config('synchronous_commit', 'on', false)
      end`,
    [String(statementTimeoutMs), String(IDLE_TRANSACTION_MS)],
  );
}

async function sayFarewell(client: Client): Promise<void> {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } })
    .connection;
  const timer = setTimeout(() => stream.destroy(), FAREWELL_MS);
  await client.end();
  clearTimeout(timer);
}
