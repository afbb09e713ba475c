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
  clean: ['aa59a9f0', 'dbc52011', '0eb1b495'],
  wifi: ['18eba50c', 'd7f3c715', '0c48d3a8'],
  'loss-5': ['2d5be522', 'd7f3bd50', '0105f002'],
  'loss-10-jitter-200': ['7ea8e2ed', '4d3d10a5', '67e16af1'],
  'burst-10-redundancy-4': ['d7092061', 'ec906693', '85c494da'],
  'stall-300': ['877c2f34', '31923a02', '9664a344'],
  'drift-plus-200': ['4af30658', 'a6ee1650', '87403c91'],
  'drift-minus-200': ['e1bef0b4', '3d191e0b', '2fea3f4d'],
  'loss-20': ['ac544f17', 'c68ba348', 'f403b93d'],
  'burst-5': ['f0bd58b4', '96ab07e3', '2431949e'],
  'burst-5-redundancy-4': ['05ed03f0', '1a093f75', '323d4819'],
  'step-100': ['f9078673', 'dc9b5e64', '7fb988ba'],
  'tcp-1-60': ['a1a4ef02', '40a7f008', '5522cf16'],
  'tcp-5-150': ['e84b201c', 'a0507922', 'c5bb00ac'],
  'low-latency': ['cc57a1a8', '35fdd5f9', '5d20f0bd'],
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
