import { expect } from 'chai';
import { drain } from '../end-to-end/scenario/drain.js';
import { massCut } from '../end-to-end/scenario/mass-cut.js';
import { serverKilled } from '../end-to-end/scenario/server-killed.js';
import { quote, summarize, TOLERANCE } from './support/figure.js';

const CROWD = 1_000;
const MOST_LOST = 0.001;

describe('A server with many clients', function () {
  this.timeout(900_000);

  it('has 200 back in their channels 5 s after it was killed and listens again', async () => {
    const seen = await serverKilled({ clients: 198, downMs: 1_500 });
    expect(seen.signal).to.equal('SIGKILL');
    expect(seen.backMs).to.have.lengthOf(200);
    expect(seen.viewAfter.people).to.deep.equal(seen.viewBefore.people);
    const { median, worst } = summarize(seen.backMs);
    quote('back in ms', { median, worst, outage: seen.outageMs, promised: 5_000 });
    expect(worst).to.be.at.most(TOLERANCE * 5_000);
  });

  it('takes 1,000 back within 60 s of a mass cut, and those who stayed hear 99.9 %', async () => {
    const seen = await massCut(CROWD, 10_000);
    expect(seen.mostAway, 'away at once').to.be.at.least(CROWD / 2);
    expect(seen.crowd.outages).to.have.lengthOf(CROWD);
    const resumed = seen.crowd.outages.filter((outage) => outage.resumed).length;
    const attempts = seen.crowd.outages.reduce((sum, outage) => sum + outage.attempts, 0);
    quote('back in ms', { half: seen.halfBackMs, all: seen.allBackMs, promised: 60_000 });
    quote('of them', { resumed, attempts, 'away at once': seen.mostAway });
    quote('processor seconds', { ...seen.cpuSeconds });
    for (const run of ['storm', 'quiet'] as const) {
      const { said, heard, longestSilenceMs } = seen[run];
      const lost = `${((100 * (said - heard)) / said).toFixed(3)} %`;
      quote(`voice in the ${run}`, {
        said,
        heard,
        lost,
        'longest silence in ms': longestSilenceMs,
      });
    }
    expect(resumed).to.equal(CROWD);
    expect(seen.crowd.misnumbered).to.equal(0);
    expect(seen.quiet.heard).to.equal(seen.quiet.said);
    expect(seen.storm.doubled).to.equal(0);
    expect(seen.storm.said - seen.storm.heard).to.be.at.most(MOST_LOST * seen.storm.said);
    expect(seen.allBackMs).to.be.at.most(TOLERANCE * 60_000);
  });

  it('sends 1,000 away for times that spread, and all are in the next server', async () => {
    const seen = await drain(CROWD);
    const told = seen.crowd.outages
      .map(({ retryAfterMs }) => retryAfterMs ?? 0)
      .sort((a, b) => a - b);
    quote('told to wait in ms', {
      first: told[0] ?? 0,
      median: told[CROWD >> 1] ?? 0,
      last: told.at(-1) ?? 0,
    });
    quote('all back in ms', { stop: seen.stopMs, all: seen.returnedWithinMs });
    expect(told).to.have.lengthOf(CROWD);
    expect((told.at(-1) ?? 0) - (told[0] ?? 0)).to.be.at.least(15_000);
    expect(seen.returned).to.equal(CROWD + 1);
  });
});
