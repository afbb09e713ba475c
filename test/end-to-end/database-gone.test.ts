import { expect } from 'chai';
import { BreakableDatabase, databaseFaults } from './scenario/database-fault.js';
import { databaseGone, USER } from './scenario/database-gone.js';

const GONE_MS = 4_000;
const PROMISED_MS = 2_000;
const WELL_MS = 3_000;
/** On a busy machine. */
const GRACE_MS = 1_000;

describe('A PostgreSQL that goes away while people talk', function () {
  this.timeout(120_000);

  let database: BreakableDatabase;
  before(async () => {
    database = await BreakableDatabase.start();
  });
  after(() => database.close());

  for (const fault of databaseFaults) {
    it(`costs no word when it is ${fault}, and writes and logins are asked to come again`, async () => {
      const seen = await databaseGone(database, fault, GONE_MS);
      expect(seen.struck, 'connections struck').to.be.at.least(1);

      const [heard, ...others] = seen.heard;
      expect(others).to.deep.equal([]);
      expect(seen.said).to.be.at.least((GONE_MS / 20) * 0.9);
      expect(heard).to.include({ frames: seen.said, missing: 0, doubled: 0 });

      expect(seen.during.length).to.be.at.least(4);
      for (const { what, code, retryable, tookMs } of seen.during) {
        expect({ what, code, retryable }).to.deep.equal({
          what,
          code: 'UNAVAILABLE',
          retryable: true,
        });
        expect(tookMs, what).to.be.at.most(PROMISED_MS + GRACE_MS);
      }
      expect(seen.cached.map(({ code }) => code)).to.deep.equal(seen.cached.map(() => 'done'));

      expect(seen.returns, 'resumed').to.equal(1);
      expect(seen.sessions.after).to.equal(seen.sessions.before);
      expect(seen.wellAfterMs).to.be.at.most(WELL_MS + GRACE_MS);
      expect(seen.keptTopic).to.equal(seen.writtenTopic);
      expect(seen.survived).to.equal(true);
      expect(seen.uncaught).to.deep.equal([]);
      expect(seen.log).to.not.include(USER.password).and.to.not.include('$argon2id$');
    });
  }
});
