import { expect } from 'chai';
import fc from 'fast-check';
import { FateSequence, type Fate } from '../../src/network/fate-sequence.js';
import { resolveImpairment, type Impairment } from '../../src/network/impairment.js';
import { createSeededRandom } from '../../src/random/seeded-random.js';

function fates(seed: number, impairment: Impairment, count: number): Fate[] {
  const sequence = new FateSequence(createSeededRandom(seed));
  const resolved = resolveImpairment(impairment);
  return Array.from({ length: count }, () => sequence.next(resolved));
}

const isBurst = (fate: Fate): boolean => fate.kind === 'lostInBurst';

describe('fate sequence', () => {
  it('gives the same seed the same fates, and another seed others', () => {
    const bad: Impairment = {
      lossRate: 0.1,
      burstLoss: { enterRate: 0.05, leaveRate: 0.3 },
      jitterMs: 20,
      reorderRate: 0.1,
      duplicateRate: 0.1,
    };
    fc.assert(
      fc.property(fc.nat(0xffff_fffe), (seed) => {
        expect(fates(seed, bad, 200)).to.deep.equal(fates(seed, bad, 200));
        expect(fates(seed, bad, 200)).to.not.deep.equal(fates(seed + 1, bad, 200));
      }),
      { numRuns: 50 },
    );
  });

  it('leaves the fates that one fault decides where they were when another is switched on', () => {
    const lost = (impairment: Impairment): number[] =>
      fates(5, impairment, 500).flatMap((fate, index) => (fate.kind === 'lost' ? [index] : []));
    const alone = lost({ lossRate: 0.1 });
    expect(alone.length).to.be.greaterThan(20);
    expect(
      lost({ lossRate: 0.1, jitterMs: 50, duplicateRate: 0.5, reorderRate: 0.5 }),
    ).to.deep.equal(alone);
  });

  it('passes everything untouched without impairment', () => {
    for (const fate of fates(5, {}, 500)) {
      expect(fate).to.deep.equal({
        kind: 'passed',
        delayMs: 0,
        duplicated: false,
        heldBack: false,
      });
    }
  });

  it('loses independently at the rate given', () => {
    const lost = fates(11, { lossRate: 0.15 }, 20_000).filter((fate) => fate.kind === 'lost');
    expect(lost.length / 20_000).to.be.closeTo(0.15, 0.01);
  });

  it('loses in bursts of the mean length 1 / leaveRate and the share that follows', () => {
    const all = fates(12, { burstLoss: { enterRate: 0.02, leaveRate: 0.25 } }, 100_000);
    const lost = all.filter(isBurst).length;
    const bursts = all.filter((fate) => fate.kind === 'lostInBurst' && fate.first).length;
    expect(lost / bursts).to.be.closeTo(4, 0.2);
    expect(lost / all.length).to.be.closeTo(0.02 / 0.27, 0.005);
  });

  it('loses only a part of a burst where the path is bad and not dead', () => {
    const burstLoss = { enterRate: 0.02, leaveRate: 0.25, lossRate: 0.5 };
    const all = fates(13, { burstLoss }, 100_000);
    expect(all.filter(isBurst).length / all.length).to.be.closeTo(0.01 / 0.27, 0.004);
  });

  it('spreads jitter evenly above the delay', () => {
    const delays = fates(14, { delayMs: 50, jitterMs: 20 }, 20_000).map((fate) =>
      fate.kind === 'passed' ? fate.delayMs : Number.NaN,
    );
    expect(Math.min(...delays)).to.be.within(50, 50.1);
    expect(Math.max(...delays)).to.be.within(69.9, 70);
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    expect(mean).to.be.closeTo(60, 0.3);
  });

  it('makes most of an exponential path quick and few of it very late', () => {
    const impairment: Impairment = { delayMs: 50, jitterMs: 8, jitter: 'exponential' };
    const jitters = fates(15, impairment, 20_000).map((fate) =>
      fate.kind === 'passed' ? fate.delayMs - 50 : Number.NaN,
    );
    expect(Math.min(...jitters)).to.be.within(0, 0.01);
    expect(Math.max(...jitters)).to.be.within(60, 22.2 * 8);
    const mean = jitters.reduce((sum, jitter) => sum + jitter, 0) / jitters.length;
    expect(mean).to.be.closeTo(8, 0.2);
    // Of an exponential distribution, 1 / e is above the mean, and 1 / e^2 above twice the mean.
    const above = (ms: number): number => jitters.filter((jitter) => jitter > ms).length / 20_000;
    expect(above(8)).to.be.closeTo(Math.exp(-1), 0.01);
    expect(above(16)).to.be.closeTo(Math.exp(-2), 0.01);
  });

  it('refuses rates and times out of range', () => {
    expect(() => resolveImpairment({ lossRate: 1.1 })).to.throw('"1.1" is no valid lossRate');
    expect(() => resolveImpairment({ delayMs: -1 })).to.throw('"-1" is no valid delayMs');
    expect(() => resolveImpairment({ jitterMs: Number.NaN })).to.throw(
      '"NaN" is no valid jitterMs',
    );
    expect(() => resolveImpairment({ burstLoss: { enterRate: 0.1, leaveRate: 0 } })).to.throw(
      '"0" is no valid burstLoss.leaveRate',
    );
    expect(() => resolveImpairment({ jitter: 'normal' as 'uniform' })).to.throw(
      '"normal" is no valid jitter',
    );
    expect(() => resolveImpairment({ stalls: { everyMs: 300, durationMs: 300 } })).to.throw(
      '"300" is no valid stalls.everyMs',
    );
    expect(() => resolveImpairment({ stalls: { everyMs: 300, durationMs: -1 } })).to.throw(
      '"-1" is no valid stalls.durationMs',
    );
  });
});
