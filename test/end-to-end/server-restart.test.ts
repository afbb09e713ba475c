import { expect } from 'chai';
import { drain } from './scenario/drain.js';
import { serverKilled } from './scenario/server-killed.js';
import { together } from './support/together.js';

const CLIENTS = 6;
const DOWN_MS = 1_000;
const CROWD = 200;
/** Told to come back within 1 to 5 s; in eight equal parts each has some 25. */
const SPREAD_MS = 4_000;
const PARTS = 8;
const SHUTTING_DOWN = 4008;

describe('A server that is started again', function () {
  this.timeout(120_000);

  together({
    'after it was killed gets its clients back, who tell what has changed': async () => {
      const seen = await serverKilled({ clients: CLIENTS, downMs: DOWN_MS });
      expect(seen.signal).to.equal('SIGKILL');
      expect(new Set(seen.processes).size).to.equal(2);
      for (const outage of seen.outages) {
        expect(outage.sessionAfter).to.not.equal(outage.sessionBefore);
      }
      expect(seen.outages).to.have.lengthOf(CLIENTS + 2);

      expect(seen.viewAfter.people).to.deep.equal(seen.viewBefore.people);
      expect([...seen.rosterAfter].sort()).to.deep.equal(seen.viewBefore.people);
      expect(seen.viewAfter.channels).to.deep.equal(
        seen.viewBefore.channels.filter((name) => name !== 'Passing'),
      );
      expectDifferences(seen.told, seen.viewBefore.people.length);
      // The same talk target, of which the talker never heard that it was registered again.
      const [first, second] = seen.heard;
      expect([first?.session, second?.session]).to.deep.equal([
        seen.sessions.before,
        seen.sessions.after,
      ]);
      expect(second?.frames).to.be.at.least(20);
      expect([first?.doubled, second?.doubled]).to.deep.equal([0, 0]);
    },

    'by order sends its clients away for times that differ, and they keep to them': async () => {
      const seen = await drain(CROWD);
      expect(seen.returned).to.equal(CROWD + 1);
      expect(seen.crowd.outages).to.have.lengthOf(CROWD);
      const parts = new Array<number>(PARTS).fill(0);
      const least = Math.min(...seen.crowd.outages.map(({ retryAfterMs }) => retryAfterMs ?? 0));
      expect(least).to.be.greaterThan(0);
      for (const { closeCode, retryAfterMs, lostAt, backAt } of seen.crowd.outages) {
        expect(closeCode).to.equal(SHUTTING_DOWN);
        expect((backAt ?? 0) - lostAt).to.be.at.least((retryAfterMs ?? Infinity) - 2);
        const share = ((retryAfterMs ?? 0) - least) / SPREAD_MS;
        const part = Math.min(Math.floor(share * PARTS), PARTS - 1);
        parts[part] = (parts[part] ?? 0) + 1;
      }
      // By chance it happens less than once in a million runs that one of them gets double its share.
      for (const count of parts)
        expect(count, parts.join(' ')).to.be.within(4, (2 * CROWD) / PARTS);
      const { outage } = seen;
      expect(outage?.reason).to.equal('closedByServer SHUTTING_DOWN');
      expect(outage?.attempts[0]?.delayMs).to.be.at.least(500);
    },
  });
});

/** Of everybody, the own old session included: gone, here again, in the channel again; each once. */
function expectDifferences(told: readonly string[], people: number): void {
  const count = (pattern: RegExp): number => told.filter((line) => pattern.test(line)).length;
  expect(count(/^participantLeft /), 'left').to.equal(people);
  expect(count(/^participantJoined /), 'joined').to.equal(people);
  expect(count(/^channelDeleted Passing$/)).to.equal(1);
  expect(count(/^channel(Created|Moved)/)).to.equal(0);
  expect(count(/^(messageRejected|listenerFailed|restoreFailed)/)).to.equal(0);
  for (const name of ['Talker', 'Crowd 1']) {
    const own = told.filter((line) => line.includes(` ${name} `) || line.endsWith(` ${name}`));
    const left = own.findIndex((line) => line.startsWith('participantLeft'));
    const joined = own.findIndex((line) => line.startsWith('participantJoined'));
    expect(left, name).to.be.within(0, joined - 1);
    expect(
      own.filter((line) => /^membershipChanged .* in$/.test(line)),
      name,
    ).to.have.lengthOf(1);
  }
}
