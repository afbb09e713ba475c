import { expect } from 'chai';
import { BAD_NETWORKS, badNetworks, type NetworkResult } from './scenario/bad-networks.js';

const NAMES = ['loss-5', 'loss-10-jitter-200'];

describe('Speech over bad networks', function () {
  this.timeout(120_000);

  let results: readonly NetworkResult[];

  before(async () => {
    results = await badNetworks({
      networks: BAD_NETWORKS.filter(({ name }) => NAMES.includes(name)),
      utterances: [{ speaker: 'alpha' }],
    });
  });

  for (const [index, name] of NAMES.entries()) {
    it(`has fewer gaps and sounds more like itself than with a fixed delay: ${name}`, () => {
      const result = results[index] as NetworkResult;
      expect(result.network.name).to.equal(name);
      expect(result.datagrams.lost).to.be.at.least(5);
      expect(result.came).to.be.lessThan(result.said);
      const { adaptive, fixed } = result;
      expect(adaptive.recovered).to.be.greaterThan(0);
      expect(adaptive.concealedPercent).to.be.lessThan(fixed.concealedPercent);
      expect(adaptive.distanceDb).to.be.lessThan(fixed.distanceDb);
    });
  }
});
