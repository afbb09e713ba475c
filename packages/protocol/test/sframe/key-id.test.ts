import { expect } from 'chai';
import fc from 'fast-check';
import { buildKid, MAX_SENDER_INDEX, parseKid } from '../../src/index.node.js';

describe('the key id', () => {
  it('holds the sender index above the low four bits of the epoch', () => {
    expect(buildKid(0, 0)).to.equal(0);
    expect(buildKid(300, 5)).to.equal(0x12c5);
    expect(buildKid(1, 16)).to.equal(0x10);
    expect(buildKid(MAX_SENDER_INDEX, 31)).to.equal(0xffff_ffff);
    expect(parseKid(0xffff_ffff)).to.deep.equal({ senderIndex: MAX_SENDER_INDEX, epochLow: 15 });
  });

  it('comes apart as it was put together', () => {
    const index = fc.integer({ min: 0, max: MAX_SENDER_INDEX });
    fc.assert(
      fc.property(index, fc.maxSafeNat(), (senderIndex, epoch) => {
        const kid = buildKid(senderIndex, epoch);
        expect(kid).to.be.within(0, 0xffff_ffff);
        expect(parseKid(kid)).to.deep.equal({ senderIndex, epochLow: epoch % 16 });
      }),
    );
  });

  it('refuses an index beyond 28 bits and an epoch that is no whole number', () => {
    for (const [senderIndex, epoch] of [
      [MAX_SENDER_INDEX + 1, 0],
      [-1, 0],
      [0, -1],
      [0, 0.5],
    ] as const) {
      expect(() => buildKid(senderIndex, epoch))
        .to.throw()
        .with.property('code', 'ERR_PROTOCOL_OUT_OF_RANGE');
    }
  });
});
