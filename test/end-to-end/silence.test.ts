import { expect } from 'chai';
import { frozenServer, type FrozenServer } from './scenario/frozen-server.js';
import { halfOpen } from './scenario/half-open.js';
import { together } from './support/together.js';

const FROZEN_MS = 5_000;
/**
 * Some 7 steps of the back-off fit into the time without a network, 1 or 2 into the rest; pauses are
 * drawn by lot, and one run in some dozens has 13. A storm would be hundreds.
 */
const MOST_ATTEMPTS = 24;

describe('Silence', function () {
  this.timeout(120_000);

  together({
    'of a half-open connection is noticed by both sides, and costs the socket, not the session':
      async () => {
        const seen = await halfOpen();
        expect(seen.struck, 'connections that went half-open').to.equal(2);
        expect(seen.told).to.deep.equal([
          'participantAway Gone away',
          'participantLeft Gone disconnected',
          'participantAway Back away',
          'participantAway Back back',
        ]);
        expect(seen.returned?.reason).to.equal('serverSilent');
        expect(seen.returned?.sessionAfter).to.equal(seen.returned?.sessionBefore);
        expect(seen.rosterAfter).to.deep.equal(['Witness', 'Back']);
      },

    'of a server that stands still for five seconds makes no storm and costs no state':
      async () => {
        const seen = await frozenServer(FROZEN_MS);
        expect(seen.frozenMs).to.be.at.least(FROZEN_MS);
        expect(seen.struck, 'connections cut').to.equal(3);
        expect(seen.rosterAfter).to.deep.equal(seen.rosterBefore);
        expect(seen.told).to.deep.equal([]);
        expectOneAttemptAStep(seen);
      },
  });
});

/** Each attempt is one connection, and each waited as long as the policy said. */
function expectOneAttemptAStep({ outages, connectionsOpened }: FrozenServer): void {
  let attempts = 0;
  for (const [name, times] of Object.entries(outages)) {
    for (const { attempts: tries, sessionBefore, sessionAfter } of times) {
      expect(sessionAfter, name).to.equal(sessionBefore);
      expect(tries.length, `${name}: attempts`).to.be.at.least(1);
      tries.forEach(({ at, toldAt, delayMs }, index) => {
        // On a busy machine the app may hear of it some milliseconds after the pause began.
        expect(at - toldAt, `${name}: pause ${index + 1}`).to.be.at.least(delayMs - 25);
      });
    }
    if (['Ann', 'Bob', 'Cid'].includes(name)) {
      expect(times, name).to.have.lengthOf(1);
      const tries = times[0]?.attempts.length ?? 0;
      expect(tries, `${name}: attempts`).to.be.at.most(MOST_ATTEMPTS);
      attempts += tries;
    } else {
      expect(times.length, name).to.be.at.most(1);
    }
  }
  expect(connectionsOpened).to.equal(attempts);
}
