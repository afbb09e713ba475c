import { expect } from 'chai';
import fc from 'fast-check';
import { createSeededRandom, createXoshiro } from '../../src/random/seeded-random.js';

const take = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

describe('seeded random', () => {
  it('is xoshiro128**: the first outputs of the state 1, 2, 3, 4', () => {
    expect(take(10, createXoshiro([1, 2, 3, 4]).uint32)).to.deep.equal([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ]);
  });

  it('repeats itself for a seed and differs for its neighbour', () => {
    const sequence = (seed: number) => take(50, createSeededRandom(seed).uint32);
    expect(sequence(7)).to.deep.equal(sequence(7));
    expect(sequence(7)).to.not.deep.equal(sequence(8));
  });

  it('stays the same from version to version, so that a seed in an old report still means something', () => {
    expect(take(3, createSeededRandom(1).uint32)).to.deep.equal([
      2442144158, 3238099751, 3819917871,
    ]);
  });

  it('forks by seed and label alone', () => {
    const used = createSeededRandom(7);
    take(100, used.uint32);
    expect(used.fork('uplink').uint32()).to.equal(createSeededRandom(7).fork('uplink').uint32());
    expect(used.fork('uplink').uint32()).to.not.equal(used.fork('downlink').uint32());
  });

  it('keeps integers within their bounds and reaches both', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.integer({ min: -9, max: 9 }), (seed, min) => {
        const random = createSeededRandom(seed);
        const drawn = new Set(take(300, () => random.integer(min, min + 3)));
        expect([...drawn].sort((a, b) => a - b)).to.deep.equal([min, min + 1, min + 2, min + 3]);
      }),
      { numRuns: 50 },
    );
  });

  it('strikes about as often as the probability says', () => {
    const random = createSeededRandom(99);
    const struck = take(20_000, () => Number(random.chance(0.2))).reduce((sum, one) => sum + one);
    expect(struck / 20_000).to.be.closeTo(0.2, 0.01);
    expect(createSeededRandom(1).chance(0)).to.equal(false);
    expect(createSeededRandom(1).chance(1)).to.equal(true);
  });

  it('refuses a seed that it would have to round', () => {
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => createSeededRandom(seed)).to.throw('"' + seed + '" is no valid seed');
    }
  });
});
