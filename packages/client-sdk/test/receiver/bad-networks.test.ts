import { expect } from 'chai';
import { measure, type Measurement } from '../../../../bench/receiver/measure.js';
import { NETWORKS } from '../../../../bench/receiver/networks.js';
import type { Network } from '../../../../bench/receiver/network.js';

/** Minutes instead of hours: the same networks as the benchmark's, some of them for less long. */
const SEEDS = [1, 2, 3];
const DURATIONS_MS: Readonly<Record<string, number>> = {
  'stall-300': 90_000,
  'drift-plus-200': 300_000,
  'drift-minus-200': 300_000,
  'step-100': 90_000,
};
const USUAL_DURATION_MS = 60_000;

/**
 * Hashes of all actions, one for each seed. A change of the receiver changes them, and whoever makes
 * it looks at `npm run bench:receiver` before and after.
 */
const GOLDEN: Readonly<Record<string, readonly string[]>> = {
  clean: ['8d3213b1', '8ad7bd50', '9ea31774'],
  wifi: ['464d4ec0', 'd1cbf68a', 'dc35da83'],
  'loss-5': ['cd3afafb', 'a7fd8f09', 'e7bcef0b'],
  'loss-10-jitter-200': ['7049e715', '9a6ad98c', '05d38649'],
  'burst-10-redundancy-4': ['98949678', '42dfdd79', 'e87c07a0'],
  'stall-300': ['1264ed2a', '40e82e61', 'fb0ca9b2'],
  'drift-plus-200': ['cb93eee8', '24edc3a9', '8b846f11'],
  'drift-minus-200': ['e00fb9c3', '9bca4b5e', '4154b6c6'],
  'loss-20': ['8b5d71c6', '1315d775', '4269fe40'],
  'burst-5': ['76ea690d', '030d57be', '35f125bf'],
  'burst-5-redundancy-4': ['bdce49e1', '46445c21', '2e5aa710'],
  'step-100': ['432f92d2', '0951c44b', '15c70d8b'],
  'tcp-1-60': ['d8631717', 'd97b4f51', 'a235346a'],
  'tcp-5-150': ['0337a27b', '45013c9a', '8dd7c333'],
  'low-latency': ['e80dfd45', '7d89a39c', '1253d320'],
};

const measureShort = (network: Network): Measurement =>
  measure(network, SEEDS, DURATIONS_MS[network.name] ?? USUAL_DURATION_MS);

describe('The receiver on bad networks', function () {
  this.timeout(60_000);

  for (const network of NETWORKS) {
    it(`does on "${network.title}" what it did before, within the limits`, () => {
      const measured = measureShort(network);
      expect(measured.actionHashes).to.deep.equal(GOLDEN[network.name]);
      const { limits } = network;
      if (limits === null) return;
      const { concealedPercent, meanPlayoutDelayMs, freezesPer2Min, settledAfterMs } = measured;
      expect(concealedPercent).to.be.at.most(limits.concealedPercent ?? Infinity);
      expect(meanPlayoutDelayMs).to.be.at.most(limits.meanPlayoutDelayMs ?? Infinity);
      expect(freezesPer2Min).to.be.at.most(limits.freezesPer2Min ?? Infinity);
      expect(settledAfterMs ?? 0).to.be.at.most(limits.settledAfterMs ?? Infinity);
    });
  }

  it('is told apart by its hash, to the last sample', () => {
    const [clean] = NETWORKS;
    if (!clean) throw new Error('there are no networks');
    const [first, second] = measure(clean, [1, 2], 1_000).actionHashes;
    expect(first).to.match(/^[0-9a-f]{8}$/);
    expect(first).to.not.equal(second);
  });
});
