import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { createStorage, openStores, sqlBackendNames } from '../support/sql-backend.js';

const CANARY = 'canary-3b8e';

for (const backend of sqlBackendNames) {
  describe(`A refusal of ${backend}`, function () {
    this.timeout(30_000);

    it('does not repeat the values that were refused', async () => {
      const storage = await createStorage(backend);
      try {
        const { database, stores } = await openStores(storage);
        const userId = randomUUID();
        const row = {
          user_id: userId,
          kind: CANARY,
          must_change: false,
          changed_at: 1,
          version: 1,
        };
        const codes: unknown[] = [];
        for (const attempt of [
          stores.credentials.put({
            userId,
            kind: CANARY,
            hash: CANARY,
            mustChange: false,
            changedAt: 1,
            version: 0,
          }),
          database.inOrganization(null, (trx) => trx('sidetone_credential').insert(row)),
          database.inOrganization(null, (trx) => trx('sidetone_nowhere').insert(row)),
        ]) {
          const failure = await attempt.then(
            () => null,
            (error: { code?: unknown }) => error,
          );
          codes.push(failure?.code);
          expect(inspect(failure, { depth: 9, showHidden: true })).not.to.include(CANARY);
        }
        expect(codes).to.deep.equal([
          'ERR_STORE_REFERENCE',
          'ERR_SQL_STATEMENT',
          'ERR_SQL_STATEMENT',
        ]);
      } finally {
        await storage.dispose();
      }
    });
  });
}
