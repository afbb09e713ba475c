import { expect } from 'chai';
import fc from 'fast-check';
import { expandPacketNumber } from '../../src/index.node.js';

const FULL = 2 ** 32;
const HALF = 2 ** 31;

describe('the packet number', () => {
  it('starts at the low half itself', () => {
    for (const low of [0, 1, HALF - 1]) expect(expandPacketNumber(low, -1)).to.equal(low);
  });

  it('is told from its low half within half the range of the one expected', () => {
    const distance = fc.integer({ min: -HALF + 1, max: HALF - 1 });
    fc.assert(
      fc.property(fc.maxSafeNat(), distance, (highest, offset) => {
        const number = highest + 1 + offset;
        fc.pre(number >= 0 && Number.isSafeInteger(number));
        expect(expandPacketNumber(number % FULL, highest)).to.equal(number);
        expect(expandPacketNumber(number % FULL, BigInt(highest))).to.equal(number);
      }),
      { numRuns: 2000 },
    );
  });

  it('carries over a wrap in both directions', () => {
    expect(expandPacketNumber(3, FULL - 2)).to.equal(FULL + 3);
    expect(expandPacketNumber(FULL - 1, FULL + 5)).to.equal(FULL - 1);
    expect(expandPacketNumber(FULL - 1, 5)).to.equal(FULL - 1);
  });

  it('is always the low half plus a whole multiple of 2^32, from 0 to 2^53 - 1', () => {
    const low = fc.oneof(fc.integer({ min: 0, max: FULL - 1 }), fc.constantFrom(0, FULL - 1));
    const edge = fc.integer({ min: 0, max: 100 }).map((n) => Number.MAX_SAFE_INTEGER - n);
    fc.assert(
      fc.property(low, fc.oneof(fc.constant(-1), fc.maxSafeNat(), edge), (low32, highest) => {
        const number = expandPacketNumber(low32, highest);
        expect(number).to.be.within(0, Number.MAX_SAFE_INTEGER);
        expect(number % FULL).to.equal(low32);
      }),
      { numRuns: 2000 },
    );
  });
});
