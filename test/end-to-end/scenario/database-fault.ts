import { silentLogger } from '../../storage/support/silent-logger.js';
import { openPostgres } from '@sidetone/plugin-postgres';
import {
  createTcpImpairment,
  startPostgres,
  type TcpImpairment,
  type TestDatabase,
  type TestPostgres,
} from '@sidetone/testkit';

export const databaseFaults = ['stopped', 'terminated', 'half-open'] as const;
export type DatabaseFault = (typeof databaseFaults)[number];

/** A PostgreSQL of its own behind a network of its own, both to be broken. */
export class BreakableDatabase {
  readonly #postgres: TestPostgres;
  readonly #database: TestDatabase;
  readonly #network: TcpImpairment;
  #fault: DatabaseFault | null = null;

  private constructor(postgres: TestPostgres, database: TestDatabase, network: TcpImpairment) {
    this.#postgres = postgres;
    this.#database = database;
    this.#network = network;
  }

  static async start(): Promise<BreakableDatabase> {
    const postgres = await startPostgres();
    const database = await postgres.createDatabase();
    const network = await createTcpImpairment({ target: postgres, seed: 4 });
    return new BreakableDatabase(postgres, database, network);
  }

  /** Through the network. */
  get url(): string {
    const url = new URL(this.#database.url);
    url.port = String(this.#network.port);
    return url.href;
  }

  /** Resolves with the connections of the server that it struck. */
  async strike(fault: DatabaseFault): Promise<number> {
    this.#fault = fault;
    const connections = this.#network.open;
    switch (fault) {
      case 'stopped':
        await this.#postgres.stop();
        return connections;
      case 'terminated':
        await this.#allowConnections(false);
        return this.#terminate();
      case 'half-open':
        this.#network.halfOpen();
        return this.#network.connectionStatistics().halfOpen;
    }
  }

  async repair(): Promise<void> {
    const fault = this.#fault;
    this.#fault = null;
    if (fault === 'stopped') await this.#postgres.start();
    if (fault === 'terminated') await this.#allowConnections(true);
    if (fault === 'half-open') this.#network.heal();
  }

  async close(): Promise<void> {
    await this.#network.close();
    await this.#postgres.close();
  }

  async #allowConnections(allowed: boolean): Promise<void> {
    await this.#asAdministrator(
      `alter database "${this.#database.name}" with allow_connections ${allowed}`,
    );
  }

  async #terminate(): Promise<number> {
    const rows = await this.#asAdministrator(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${this.#database.name}'`,
    );
    return rows.length;
  }

  /** In the database that every PostgreSQL has, past the network. */
  async #asAdministrator(statement: string): Promise<readonly unknown[]> {
    const url = new URL(this.#database.url);
    url.pathname = '/postgres';
    const { database, close } = await openPostgres({ url: url.href }, silentLogger);
    try {
      return await database.inOrganization(
        null,
        async (trx) => (await trx.raw<{ readonly rows: readonly unknown[] }>(statement)).rows,
      );
    } finally {
      await close();
    }
  }
}
