import { expect } from 'chai';
import fc from 'fast-check';
import { createFakeClock } from '@sidetone/testkit';
import { BoundedLimiter } from '../../src/throttle/bounded-limiter.js';

describe('a bounded limiter', () => {
  it('forgets the points of a key when their time is over, and says exactly when', async () => {
    const clock = createFakeClock();
    const limiter = new BoundedLimiter({ clock, maxKeys: 9, points: 2, durationS: 60 });
    await limiter.consume('a');
    clock.advance(20_000);
    await limiter.consume('a');
    const refused: unknown = await limiter.consume('a').catch((result: unknown) => result);
    expect(refused).to.include({ msBeforeNext: 40_000, consumedPoints: 3 });
    clock.advance(39_999);
    expect((await limiter.get('a'))?.msBeforeNext).to.equal(1);
    clock.advance(1);
    expect(await limiter.get('a')).to.equal(null);
    await limiter.consume('a');
  });

  it('does not care what the wall clock does', async () => {
    const clock = createFakeClock();
    const limiter = new BoundedLimiter({ clock, maxKeys: 9, points: 2, durationS: 60 });
    await limiter.penalty('a');
    clock.shiftWallTime(3_600_000);
    expect((await limiter.get('a'))?.msBeforeNext).to.equal(60_000);
  });

  it('never has more keys than it may, and keeps those that last longest', async () => {
    const clock = createFakeClock();
    const limiter = new BoundedLimiter({ clock, maxKeys: 8, points: 1, durationS: 60 });
    await limiter.block('long', 3600);
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.nat(5000), async (key, ms) => {
        await limiter.penalty(key);
        clock.advance(ms % 7);
        expect(limiter.size).to.be.at.most(8);
        expect(await limiter.get('long')).not.to.equal(null);
      }),
    );
  });

  it('leaves no timer', async () => {
    const clock = createFakeClock();
    const limiter = new BoundedLimiter({ clock, maxKeys: 8, points: 1, durationS: 60 });
    await limiter.penalty('a');
    expect(clock.pending).to.equal(0);
  });
});
