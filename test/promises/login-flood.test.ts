import { expect } from 'chai';
import { loginFlood } from '../end-to-end/scenario/login-flood.js';
import { quote, summarize, TOLERANCE } from './support/figure.js';

const PER_SECOND = 200;
const DURATION_MS = 20_000;
const MOST_LOST = 0.001;
const MORE_P99_MS = 10;
const IN_MS = 3_000;

describe('200 guesses a second from 64 addresses', function () {
  this.timeout(300_000);

  it('do not disturb ten who talk, and keep no user out', async () => {
    const seen = await loginFlood({ perSecond: PER_SECOND, durationMs: DURATION_MS });
    const { quiet, flooded, flood, goodUsers } = seen;
    const lost = (flooded.due - flooded.received) / flooded.due;
    quote('guesses', { attempts: flood.attempts, 'in ms': flood.tookMs, ...flood.outcomes });
    quote('frames', {
      due: flooded.due,
      heard: flooded.received,
      lost: `${(100 * lost).toFixed(3)} %`,
      promised: '0.1 %',
      'lost in quiet': quiet.due - quiet.received,
    });
    quote('p99 in ms', { quiet: quiet.p99Ms, flood: flooded.p99Ms, promised: '10 more' });
    const entries = summarize(goodUsers.map(({ tookMs }) => tookMs));
    quote('good user in after ms', { ...entries, promised: IN_MS });
    expect(flood.attempts).to.equal((PER_SECOND * DURATION_MS) / 1_000);
    expect(flood.outcomes.IN).to.equal(undefined);
    expect(flood.outcomes.AUTHENTICATION_FAILED).to.be.greaterThan(0);
    expect(flood.outcomes.RATE_LIMITED).to.be.greaterThan(0);
    expect(lost).to.be.at.most(MOST_LOST);
    expect(flooded.p99Ms - quiet.p99Ms).to.be.at.most(TOLERANCE * MORE_P99_MS);
    expect(entries.worst).to.be.at.most(TOLERANCE * IN_MS);
    expect(seen.uncaught).to.deep.equal([]);
  });
});
