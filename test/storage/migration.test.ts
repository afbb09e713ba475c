import type { SqlMigration } from '@sidetone/sql-stores';
import { expect } from 'chai';
import { createStorage, openStores, sqlBackendNames } from '../support/sql-backend.js';
import { killInsideMigration } from './support/killed-migration.js';
import { migrated, startMigrating } from './support/migrating-process.js';

const KILLS = 3;

for (const backend of sqlBackendNames) {
  describe(`Migrations on ${backend}`, function () {
    this.timeout(120_000);

    it('are made once when five processes start at once on an empty database', async () => {
      const storage = await createStorage(backend);
      try {
        const startMs = performance.now();
        await Promise.all(
          Array.from({ length: 5 }, () => migrated(startMigrating(storage.location, 'finish'))),
        );
        expect(performance.now() - startMs).to.be.lessThan(30_000);
        const { database } = await storage.open();
        const words = await database.inOrganization(null, (trx) => trx('probe_long').pluck('word'));
        expect(words).to.deep.equal(['half', 'done']);
        const installations = await database.inOrganization(null, (trx) =>
          trx('sidetone_installation'),
        );
        expect(installations).to.have.length(1);
      } finally {
        await storage.dispose();
      }
    });

    it(`are finished by the next start when a process is killed inside one, ${KILLS} of ${KILLS} times`, async () => {
      for (let round = 0; round < KILLS; round++) await killInsideMigration(backend);
    });

    it('leave nothing behind when one fails, and go on after it was mended', async () => {
      const storage = await createStorage(backend);
      try {
        const { database } = await openStores(storage);
        const good = step('001_good', 'probe_good');
        const bad: SqlMigration = {
          name: '002_bad',
          async up(trx) {
            await trx.schema.createTable('probe_bad', (table) => {
              table.text('word');
            });
            await trx('probe_nowhere').insert({ word: 'x' });
          },
        };
        const failure = await failureOf(database.migrate('probe', [good, bad]));
        expect(failure).to.include({ code: 'ERR_SQL_MIGRATION_FAILED' });
        expect(failure.message).to.include('"002_bad" of probe');
        await database.migrate('probe', [good, step('002_bad', 'probe_bad')]);
        await database.inOrganization(null, (trx) => trx('probe_bad').insert({ word: 'x' }));
      } finally {
        await storage.dispose();
      }
    });

    it('are refused in another order than before, and under one name twice', async () => {
      const storage = await createStorage(backend);
      try {
        const { database } = await openStores(storage);
        const [one, two] = [step('001_one', 'probe_one'), step('002_two', 'probe_two')];
        await database.migrate('probe', [one, two]);
        const between = step('001_z', 'probe_z');
        for (const list of [
          [one, between, two],
          [one, one],
        ]) {
          expect(await failureOf(database.migrate('probe', list))).to.include({
            code: 'ERR_SQL_MIGRATION_ORDER',
          });
        }
        // An older server, beside a newer one that knows more.
        await database.migrate('probe', [one]);
        // The names of another owner are others.
        await database.migrate('other', [step('001_one', 'other_one')]);
      } finally {
        await storage.dispose();
      }
    });
  });
}

function step(name: string, table: string): SqlMigration {
  return {
    name,
    up: (trx) =>
      trx.schema.createTable(table, (columns) => {
        columns.text('word');
      }),
  };
}

async function failureOf(attempt: Promise<unknown>): Promise<Error> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not fail');
}
