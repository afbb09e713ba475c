import { expect } from 'chai';
import { BreakableDatabase, databaseFaults } from '../end-to-end/scenario/database-fault.js';
import { databaseGone } from '../end-to-end/scenario/database-gone.js';
import { quote, summarize, TOLERANCE } from './support/figure.js';

const GONE_MS = 30_000;

describe('A PostgreSQL that is gone for 30 s while people talk', function () {
  this.timeout(240_000);

  let database: BreakableDatabase;
  before(async () => {
    database = await BreakableDatabase.start();
  });
  after(() => database.close());

  for (const fault of databaseFaults) {
    it(`costs no word when it is ${fault}`, async () => {
      const seen = await databaseGone(database, fault, GONE_MS);
      const [heard] = seen.heard;
      const failures = summarize(seen.during.map(({ tookMs }) => tookMs));
      quote('frames', { said: seen.said, heard: heard?.frames ?? 0 });
      quote('failures in ms', { ...failures, promised: 2_000 });
      quote('all well after ms', { after: seen.wellAfterMs, promised: 3_000 });
      expect(seen.struck).to.be.at.least(1);
      expect(seen.said).to.be.at.least((GONE_MS / 20) * 0.9);
      expect(heard).to.include({ frames: seen.said, missing: 0, doubled: 0 });
      for (const { code, retryable } of seen.during) {
        expect({ code, retryable }).to.deep.equal({ code: 'UNAVAILABLE', retryable: true });
      }
      for (const { what, code } of seen.cached) expect(code, what).to.equal('done');
      expect(seen.sessions.after).to.equal(seen.sessions.before);
      expect(seen.keptTopic).to.equal(seen.writtenTopic);
      expect(seen.survived).to.equal(true);
      expect(seen.uncaught).to.deep.equal([]);
      expect(failures.worst).to.be.at.most(TOLERANCE * 2_000);
      expect(seen.wellAfterMs).to.be.at.most(TOLERANCE * 3_000);
    });
  }
});
