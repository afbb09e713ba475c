import { expect } from 'chai';
import * as fc from 'fast-check';
import { TokenBucket } from '../../src/limit/token-bucket.js';

describe('TokenBucket', () => {
  it('lets a burst through and then says how long to wait', () => {
    const bucket = new TokenBucket({ burst: 3, perSecond: 5 }, 0);
    expect([0, 0, 0, 0].map((at) => bucket.take(at))).to.deep.equal([true, true, true, false]);
    expect([bucket.waitMs(), bucket.waitMs(2)]).to.deep.equal([200, 400]);
    expect(bucket.take(199)).to.equal(false);
    expect(bucket.waitMs()).to.equal(1);
    expect(bucket.take(200)).to.equal(true);
    expect(bucket.take(200)).to.equal(false);
  });

  it('takes nothing when it refuses', () => {
    const bucket = new TokenBucket({ burst: 4, perSecond: 1 }, 0);
    expect(bucket.take(0, 2)).to.equal(true);
    expect(bucket.take(0, 3)).to.equal(false);
    expect(bucket.waitMs(2)).to.equal(0);
    expect(bucket.take(0, 2)).to.equal(true);
  });

  it('earns at its rate up to the burst and no further', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 5 }, 1000);
    expect(bucket.take(1000, 2)).to.equal(true);
    expect(bucket.take(61_000, 2)).to.equal(true);
    expect(bucket.take(61_000)).to.equal(false);
  });

  it('lets a cost above the burst through when it is full', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 4 }, 0);
    expect(bucket.take(0, 5)).to.equal(true);
    expect(bucket.take(0, 5)).to.equal(false);
    expect(bucket.waitMs(5)).to.equal(500);
    expect(bucket.take(500, 5)).to.equal(true);
  });

  it('lets everybody through who waits as long as it says, and not a millisecond before', () => {
    const amount = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(
        fc.record({ burst: amount, perSecond: amount }),
        fc.array(fc.record({ afterMs: fc.nat(2000), cost: amount }), { maxLength: 50 }),
        (rate, calls) => {
          let nowMs = 0;
          const bucket = new TokenBucket(rate, nowMs);
          for (const { afterMs, cost } of calls) {
            nowMs += afterMs;
            if (bucket.take(nowMs, cost)) continue;
            const waitMs = bucket.waitMs(cost);
            expect(bucket.take(nowMs + waitMs - 1, cost)).to.equal(false);
            nowMs += waitMs;
            expect(bucket.take(nowMs, cost)).to.equal(true);
          }
        },
      ),
    );
  });

  it('lets no more through in any time than its burst and what it earned', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 300 }), (gapsMs) => {
        const bucket = new TokenBucket({ burst: 7, perSecond: 30 }, 0);
        let nowMs = 0;
        let through = 0;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          if (bucket.take(nowMs)) through += 1;
        }
        expect(through).to.be.at.most(7 + (nowMs * 30) / 1000);
      }),
    );
  });
});
