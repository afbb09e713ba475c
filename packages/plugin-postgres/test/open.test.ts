import { openPostgres, postgres } from '@sidetone/plugin-postgres';
import { AccountStore, HealthCheck } from '@sidetone/core';
import { SqlDatabase } from '@sidetone/sql-stores';
import {
  createRecordingLogger,
  createTcpImpairment,
  mountPlugin,
  startPostgres,
} from '@sidetone/testkit';
import { expect } from 'chai';
import { inspect } from 'node:util';
import { sharedPostgres } from '../../../test/support/shared-postgres.js';

const CANARY = 'canary-77aa';

describe('A PostgreSQL', function () {
  this.timeout(60_000);

  it('is opened, migrated and closed with the plugin', async () => {
    const database = await (await sharedPostgres()).createDatabase();
    const plugin = await mountPlugin(postgres({ url: database.url }));
    const record = {
      id: '00000000-0000-4000-8000-000000000001',
      name: 'Ada',
      displayName: 'Ada',
      disabled: false,
      administrator: false,
      createdAt: 1,
      version: 0,
    };
    expect(await plugin.get(AccountStore).put(record)).to.equal(1);
    expect(await plugin.get(HealthCheck).check()).to.include({ ok: true });
    await plugin.close();
    const closed = await plugin.get(HealthCheck).check();
    expect(closed).to.include({ ok: false });

    const again = await mountPlugin(postgres({ url: database.url }));
    expect(await again.get(AccountStore).findByName('ADA')).to.include({ version: 1 });
    await again.close();
    await database.drop();
  });

  it('that is not there, or does not let us in, is said so without the password', async () => {
    const server = await sharedPostgres();
    const wrong = `postgres://${server.user}:${CANARY}@${server.host}:${server.port}/postgres`;
    const nowhere = await createTcpImpairment({ target: server, seed: 1 });
    nowhere.block();
    const urls = [
      wrong,
      wrong.replace(server.user, 'stranger'),
      `postgres://a:${CANARY}@${nowhere.host}:${nowhere.port}/b`,
    ];
    for (const url of urls) {
      const log = createRecordingLogger();
      const failure = await failureOf(openPostgres({ url }, log));
      expect(failure).to.include({ code: 'ERR_POSTGRES_CONNECT' });
      const all = inspect({ failure, lines: log.lines }, { depth: 20, showHidden: true });
      expect(all).not.to.include(CANARY);
    }
    await nowhere.close();
  });

  it('does not show its password to who prints the database', async () => {
    const database = await (await sharedPostgres()).createDatabase();
    const { password } = new URL(database.url);
    const plugin = await mountPlugin(postgres({ url: database.url }));
    const opened = plugin.get(SqlDatabase);
    const all = inspect(opened, { depth: 8 }) + inspect(opened.knex.client, { depth: 4 });
    expect(all).not.to.include(password);
    await plugin.close();
    await database.drop();
  });

  it('that may lose what it has confirmed is warned of', async () => {
    const database = await (await sharedPostgres()).createDatabase();
    const log = createRecordingLogger();
    const { close } = await openPostgres({ url: database.url }, log);
    await close();
    expect(log.messages('warn').join('\n')).to.match(/fsync off[^]*full_page_writes off/);
    await database.drop();
  });

  it('waits for the disk at each commit, whatever its settings say', async () => {
    const server = await startPostgres({ settings: { synchronous_commit: 'off' } });
    const { url } = await server.createDatabase();
    const { database, close } = await openPostgres({ url }, createRecordingLogger());
    const { rows } = await database.inOrganization(null, (trx) =>
      trx.raw<{ rows: object[] }>(`select current_setting('synchronous_commit') as commit`),
    );
    expect(rows).to.deep.equal([{ commit: 'on' }]);
    await close();
    await server.close();
  });

  it('does not commit in silence what a failed statement has undone', async () => {
    const database = await (await sharedPostgres()).createDatabase();
    const opened = await openPostgres({ url: database.url }, createRecordingLogger());
    await opened.database.inOrganization(null, (trx) =>
      trx.schema.createTable('probe', (table) => {
        table.integer('number').primary();
      }),
    );
    const careless = opened.database.inOrganization(null, async (trx) => {
      await trx('probe').insert({ number: 1 });
      await trx('nowhere').catch(() => []);
    });
    expect(await failureOf(careless)).to.include({ code: 'ERR_SQL_STATEMENT' });
    // In a savepoint it is well.
    await opened.database.inOrganization(null, async (trx) => {
      await trx('probe').insert({ number: 2 });
      await trx.transaction((inner) => inner('nowhere')).catch(() => []);
    });
    const numbers = opened.database.inOrganization(null, (trx) => trx('probe').pluck('number'));
    expect(await numbers).to.deep.equal([2]);
    await opened.close();
    await database.drop();
  });
});

async function failureOf(attempt: Promise<unknown>): Promise<Error> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not fail');
}
