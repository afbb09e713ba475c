import { sqlBackendNames } from '../support/sql-backend.js';
import { killInsideMigration } from '../storage/support/killed-migration.js';

const ROUNDS = 10;

describe('A server that is killed inside a migration', function () {
  this.timeout(600_000);

  for (const backend of sqlBackendNames) {
    it(`finishes it at its next start on ${backend}, ${ROUNDS} of ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round++) await killInsideMigration(backend);
    });
  }
});
