import { expect } from 'chai';
import {
  BAD_NETWORKS,
  badNetworks,
  CLEAN,
  type NetworkResult,
} from '../end-to-end/scenario/bad-networks.js';
import type { HeardTalk } from '../end-to-end/support/heard-talkspurt.js';
import type { Utterance } from '../end-to-end/support/utterance.js';
import { quote } from './support/figure.js';

/** 23 s of speech. */
const UTTERANCES: readonly Utterance[] = (
  ['echo', 'alpha', 'bravo', 'charlie', 'delta'] as const
).map((speaker) => ({ speaker }));

/** Of what is missing without copies, at most: some three seconds go by before they come. */
const COPIED_SHARE = 0.9;

const figures = ({ concealedPercent, distanceDb, meanDelayMs }: HeardTalk): string =>
  `${concealedPercent.toFixed(2)} % ${distanceDb.toFixed(2)} dB at ${meanDelayMs.toFixed(0)} ms`;

/**
 * Receivers are given the same frames, at the moments that the network alone decides. Which of its
 * datagrams a network strikes depends on the pings among them, so no two runs are the same.
 */
describe('Speech over bad networks', function () {
  this.timeout(600_000);

  let results: ReadonlyMap<string, NetworkResult>;

  before(async () => {
    const all = await badNetworks({ networks: [CLEAN, ...BAD_NETWORKS], utterances: UTTERANCES });
    results = new Map(all.map((result) => [result.network.name, result]));
  });

  const resultOf = (name: string): NetworkResult => {
    const result = results.get(name);
    if (!result) throw new Error(`there is no result of "${name}"`);
    return result;
  };

  function quoteRow(result: NetworkResult): void {
    const { network, adaptive, fixed, patient, said, came } = result;
    quote(network.title, {
      adaptive: figures(adaptive),
      'fixed 40 ms': figures(fixed),
      'fixed 60 ms': figures(patient),
      'of FEC': adaptive.recovered,
      'came of all frames': `${came} of ${said}`,
      'with FEC': result.withFec,
      'with copies': result.withCopies,
      'copies from frame': result.firstWithCopies ?? 'none',
    });
  }

  it('is what the codec alone makes of it where the network is clean', () => {
    const result = resultOf(CLEAN.name);
    quoteRow(result);
    for (const heard of [result.adaptive, result.fixed, result.patient]) {
      expect(heard.concealedPercent).to.equal(0);
      expect(heard.distanceDb).to.be.lessThan(0.01);
    }
  });

  for (const { name, title, strikes } of BAD_NETWORKS) {
    it(`has fewer gaps and is closer to what was said than with a fixed delay: ${title}`, () => {
      const result = resultOf(name);
      quoteRow(result);
      const { datagrams, adaptive, fixed, patient } = result;
      for (const [fault, share] of Object.entries(strikes)) {
        const struck = datagrams[fault as keyof typeof strikes];
        expect(struck / datagrams.received, fault).to.be.at.least(share);
      }
      expect(adaptive.concealedPercent).to.be.lessThan(fixed.concealedPercent);
      expect(adaptive.concealedPercent).to.be.lessThan(patient.concealedPercent);
      expect(adaptive.distanceDb).to.be.lessThan(fixed.distanceDb);
      expect(adaptive.distanceDb).to.be.lessThan(patient.distanceDb);
    });
  }

  it('brings earlier frames along where frames are lost in bursts, and there alone', () => {
    expect(resultOf('burst-10').withCopies).to.be.greaterThan(100);
    for (const name of [CLEAN.name, 'wifi', 'loss-5', 'stall-300']) {
      expect(resultOf(name).withCopies, name).to.equal(0);
    }
  });

  it('is heard better for the copies: as much as they bring is missing without them', () => {
    const { adaptive, uncopied } = resultOf('burst-10');
    quote('bursts', { 'with copies': figures(adaptive), without: figures(uncopied) });
    expect(adaptive.concealedPercent).to.be.lessThan(COPIED_SHARE * uncopied.concealedPercent);
    expect(adaptive.distanceDb).to.be.lessThan(COPIED_SHARE * uncopied.distanceDb);
  });
});
