import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import { TokenBucket } from '../../src/control/token-bucket.js';

describe('TokenBucket', () => {
  it('lets a burst through and then says how long to wait', () => {
    const bucket = new TokenBucket(createFakeClock(), 3, 5);
    expect([bucket.take(1), bucket.take(1), bucket.take(1)]).to.deep.equal([0, 0, 0]);
    expect(bucket.take(1)).to.equal(200);
    expect(bucket.take(2)).to.equal(400);
  });

  it('takes nothing when it refuses', () => {
    const clock = createFakeClock();
    const bucket = new TokenBucket(clock, 2, 1);
    expect(bucket.take(3)).to.equal(1000);
    expect(bucket.take(2)).to.equal(0);
  });

  it('earns at its rate up to the burst and no further', () => {
    const clock = createFakeClock();
    const bucket = new TokenBucket(clock, 2, 5);
    bucket.take(2);
    clock.advance(200);
    expect(bucket.take(1)).to.equal(0);
    clock.advance(60_000);
    expect([bucket.take(1), bucket.take(1)]).to.deep.equal([0, 0]);
    expect(bucket.take(1)).to.be.greaterThan(0);
  });
});
