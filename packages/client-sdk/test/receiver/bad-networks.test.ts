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
  wifi: ['ecd82601', '5ad5d6ff', 'a61c8632'],
  'loss-5': ['2d5be522', 'd7f3bd50', '0105f002'],
  'loss-10-jitter-200': ['cd2fce9c', 'dfbc8d4d', '461abf6c'],
  'burst-10-redundancy-4': ['9dad51e3', 'd5addb19', 'f219f595'],
  'stall-300': ['0f2c788f', 'f592fe10', '0b6ef873'],
  'drift-plus-200': ['169b9acd', '2641d114', '073a53a4'],
  'drift-minus-200': ['b91aceee', '3d191e0b', 'bf675b0b'],
  'loss-20': ['ac544f17', 'c68ba348', 'f403b93d'],
  'burst-5': ['f0bd58b4', '96ab07e3', '2431949e'],
  'burst-5-redundancy-4': ['659721e4', 'e40fbf0b', 'e2dea95c'],
  'step-100': ['1f2d020f', 'f786db5e', 'ddb7fe1a'],
  'tcp-1-60': ['80cd9566', 'f358c068', '808d859f'],
  'tcp-5-150': ['21596e1a', '7208708b', '2e9fa9ba'],
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
