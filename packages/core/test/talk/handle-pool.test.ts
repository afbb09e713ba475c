import { expect } from 'chai';
import { createFakeClock } from '@sidetone/testkit';
import { HandlePool } from '../../src/talk/handle-pool.js';

describe('HandlePool', () => {
  it('gives each handle once, from 1 to the highest, and then none', () => {
    const pool = new HandlePool({ clock: createFakeClock(), max: 3, restMs: 60_000 });
    expect([pool.take(), pool.take(), pool.take(), pool.take()]).to.deep.equal([1, 2, 3, null]);
  });

  it('lets a released handle rest before it names something else', () => {
    const clock = createFakeClock();
    const pool = new HandlePool({ clock, max: 1, restMs: 60_000 });
    pool.release(pool.take() ?? 0);
    clock.advance(59_999);
    expect(pool.take()).to.equal(null);
    clock.advance(1);
    expect(pool.take()).to.equal(1);
  });

  it('gives first what was released first', () => {
    const clock = createFakeClock();
    const pool = new HandlePool({ clock, max: 3, restMs: 60_000 });
    for (let i = 0; i < 3; i++) pool.take();
    for (const handle of [2, 3, 1]) pool.release(handle);
    clock.advance(60_000);
    expect([pool.take(), pool.take(), pool.take()]).to.deep.equal([2, 3, 1]);
  });

  it('prefers a handle that was never given to one that has rested', () => {
    const clock = createFakeClock();
    const pool = new HandlePool({ clock, max: 2, restMs: 60_000 });
    pool.release(pool.take() ?? 0);
    clock.advance(60_000);
    expect(pool.take()).to.equal(2);
  });

  it('takes a handle back once, and none that it never gave', () => {
    const clock = createFakeClock();
    const pool = new HandlePool({ clock, max: 2, restMs: 60_000 });
    pool.release(pool.take() ?? 0);
    for (const handle of [1, 1, 0, 2, 9]) pool.release(handle);
    clock.advance(60_000);
    expect([pool.take(), pool.take(), pool.take()]).to.deep.equal([2, 1, null]);
  });
});
