import { expect } from 'chai';
import { killedWhileWriting } from '../end-to-end/scenario/killed-while-writing.js';
import { sqlBackendNames } from '../support/sql-backend.js';
import { quote, summarize, TOLERANCE } from './support/figure.js';

const ROUNDS = 30;
const WRITES_PER_SECOND = 200;

describe('A server that is killed during 200 writes a second', function () {
  this.timeout(900_000);

  for (const backend of sqlBackendNames) {
    it(`loses nothing that it has acknowledged, and does nothing twice, on ${backend}`, async () => {
      const seen = await killedWhileWriting(backend, ROUNDS);
      const { rounds, misses, acknowledged, interrupted, orphaned, swallowed } = seen;
      quote('kills', { rounds, misses });
      quote('writes', {
        acknowledged,
        'a second': seen.writesPerSecond,
        promised: WRITES_PER_SECOND,
      });
      const underWay = summarize(seen.underWay);
      quote('under way at a kill', { least: Math.min(...seen.underWay), ...underWay });
      quote('of them', {
        interrupted,
        'kept though nobody was told': swallowed,
        'without their session': orphaned,
        lost: seen.lost.length,
        doubled: seen.doubled.length,
      });
      quote('start in ms', { ...summarize(seen.startsMs) });
      expect(rounds).to.equal(ROUNDS);
      expect(seen.writesPerSecond).to.be.at.least(WRITES_PER_SECOND / TOLERANCE);
      expect(Math.min(...seen.underWay)).to.be.at.least(1);
      expect(interrupted).to.be.at.least(ROUNDS);
      expect(seen.lost).to.deep.equal([]);
      expect(seen.doubled).to.deep.equal([]);
      expect(seen.failures).to.deep.equal([]);
      expect(seen.uncaught).to.deep.equal([]);
    });
  }
});
