import { createToken, type Plugin, type Token } from '@sidetone/core';
import { postgres } from '@sidetone/plugin-postgres';
import { sqlite } from '@sidetone/plugin-sqlite';
import { SqlDatabase, type SqlMigration } from '@sidetone/sql-stores';
import { startServer } from '@sidetone/testkit';
import { expect } from 'chai';
import { createStorage, sqlBackendNames } from '../support/sql-backend.js';

/** A contract of a plugin of somebody else's. */
interface Scores {
  add(organizationId: string, points: number): Promise<void>;
  list(organizationId: string): Promise<readonly number[]>;
}

const Scores: Token<Scores> = createToken('Scores');

const TABLE = 'scores_score';

const initialSchema: SqlMigration = {
  name: '001_initial_schema',
  async up(trx, { protectTenantTable }) {
    await trx.schema.createTable(TABLE, (table) => {
      table
        .uuid('organization_id')
        .notNullable()
        .references('id')
        .inTable('sidetone_organization')
        .onDelete('CASCADE');
      table.integer('points').notNullable();
    });
    await protectTenantTable(TABLE);
  },
};

function scores(): Plugin {
  return {
    name: 'scores',
    version: '1.0.0',
    requires: [SqlDatabase],
    provides: [Scores],
    async setup(context) {
      const database = context.get(SqlDatabase);
      await database.migrate('scores', [initialSchema]);
      context.provide(Scores, () => ({
        add: (organizationId, points) =>
          database.inOrganization(organizationId, async (trx) => {
            await trx(TABLE).insert({ organization_id: organizationId, points });
          }),
        list: (organizationId) =>
          database.inOrganization(organizationId, (trx) =>
            trx(TABLE).where({ organization_id: organizationId }).pluck('points'),
          ),
      }));
    },
  };
}

for (const backend of sqlBackendNames) {
  describe(`A plugin with tables of its own on ${backend}`, function () {
    this.timeout(30_000);

    it('finds them again after a restart, and they refer to those of the stores', async () => {
      const storage = await createStorage(backend);
      const plugins = (): readonly Plugin[] => [
        // Before the one that it needs: the start finds the order.
        scores(),
        backend === 'sqlite'
          ? sqlite({ file: storage.location })
          : postgres({ url: storage.location }),
      ];
      try {
        const first = await startServer(plugins());
        const { id } = first.server.organization();
        await first.server.get(Scores).add(id, 7);
        await first.stop();

        const second = await startServer(plugins());
        expect(second.server.organization().id).to.equal(id);
        expect(await second.server.get(Scores).list(id)).to.deep.equal([7]);
        const stranger = '00000000-0000-4000-8000-000000000009';
        expect(await second.server.get(Scores).list(stranger)).to.deep.equal([]);
        const refused = second.server.get(Scores).add(stranger, 1);
        expect(await codeOf(refused)).to.equal('ERR_STORE_REFERENCE');
        await second.stop();
      } finally {
        await storage.dispose();
      }
    });
  });
}

async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => 'none',
    (error: { code?: unknown }) => error.code,
  );
}
