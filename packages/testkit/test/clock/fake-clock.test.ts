import { expect } from 'chai';
import { createFakeClock } from '../../src/clock/fake-clock.js';

describe('fake clock', () => {
  it('stands still until it is told to move', async () => {
    const clock = createFakeClock(7);
    await clock.settle();
    expect(clock.now()).to.equal(7);
    clock.advance(2.5);
    expect(clock.now()).to.equal(9.5);
  });

  it('fires in order of due moments, and in order of arming among equals', () => {
    const clock = createFakeClock();
    const fired: string[] = [];
    clock.after(20, () => fired.push(`late at ${clock.now()}`));
    clock.after(10, () => fired.push(`first at ${clock.now()}`));
    clock.after(10, () => fired.push(`second at ${clock.now()}`));
    clock.after(31, () => fired.push('too early'));
    clock.advance(30);
    expect(fired).to.deep.equal(['first at 10', 'second at 10', 'late at 20']);
    expect(clock.now()).to.equal(30);
  });

  it('fires timers that were armed by a timer, at their own moments', () => {
    const clock = createFakeClock();
    const moments: number[] = [];
    clock.after(5, () => {
      moments.push(clock.now());
      clock.after(0, () => moments.push(clock.now()));
      clock.after(7, () => moments.push(clock.now()));
    });
    clock.after(6, () => moments.push(clock.now()));
    clock.advance(12);
    expect(moments).to.deep.equal([5, 5, 6, 12]);
    expect(clock.pending).to.equal(0);
  });

  it('repeats without drift until cancelled from inside', () => {
    const clock = createFakeClock();
    const moments: number[] = [];
    const cancel = clock.every(20, () => {
      moments.push(clock.now());
      if (moments.length === 3) cancel();
    });
    clock.advance(30);
    clock.advance(1000);
    expect(moments).to.deep.equal([20, 40, 60]);
    expect(clock.pending).to.equal(0);
  });

  it('does not fire what was cancelled by a timer of the same moment', () => {
    const clock = createFakeClock();
    const fired: string[] = [];
    clock.after(10, () => {
      fired.push('kept');
      cancel();
      cancel();
    });
    const cancel = clock.after(10, () => fired.push('cancelled'));
    clock.advance(10);
    expect(fired).to.deep.equal(['kept']);
  });

  it('takes a negative delay for none', () => {
    const clock = createFakeClock(100);
    let firedAt = 0;
    clock.after(-5, () => (firedAt = clock.now()));
    clock.advance(0);
    expect(firedAt).to.equal(100);
  });

  it('lets awaiting code arm its next timer when it advances asynchronously', async () => {
    const clock = createFakeClock();
    const wait = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
    const moments: number[] = [];
    const run = (async () => {
      await Promise.resolve();
      for (let i = 0; i < 3; i++) {
        await wait(10);
        await new Promise((resolve) => setImmediate(resolve));
        moments.push(clock.now());
      }
    })();
    await clock.advanceAsync(30);
    await run;
    expect(moments).to.deep.equal([10, 20, 30]);
  });

  it('counts the timers that are armed', () => {
    const clock = createFakeClock();
    const cancel = clock.after(10, () => {});
    clock.every(10, () => {});
    expect(clock.pending).to.equal(2);
    cancel();
    expect(clock.pending).to.equal(1);
  });

  it('moves the wall clock with the monotonic one, and alone when asked', () => {
    const clock = createFakeClock();
    expect(new Date(clock.wallTime()).toISOString()).to.equal('2026-01-01T00:00:00.000Z');
    clock.advance(1500);
    clock.shiftWallTime(-60_000);
    expect(new Date(clock.wallTime()).toISOString()).to.equal('2025-12-31T23:59:01.500Z');
    expect(clock.now()).to.equal(1500);
  });

  it('stays at the moment of a timer that throws, and can go on', () => {
    const clock = createFakeClock();
    let later = 0;
    clock.after(10, () => {
      throw new Error('broken timer');
    });
    clock.after(20, () => (later = clock.now()));
    expect(() => clock.advance(50)).to.throw('broken timer');
    expect(clock.now()).to.equal(10);
    clock.advance(10);
    expect(later).to.equal(20);
  });

  it('refuses to be advanced from a timer', () => {
    const clock = createFakeClock();
    clock.after(1, () => clock.advance(1));
    expect(() => clock.advance(1))
      .to.throw()
      .with.property('code', 'ERR_TESTKIT_CLOCK_BUSY');
  });

  it('refuses delays that a real timer would take for 1 ms', () => {
    const clock = createFakeClock();
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => clock.after(bad, () => {})).to.throw(`"${bad}" is no valid delayMs`);
    }
    expect(() => clock.every(0, () => {})).to.throw('period above 0');
    expect(() => clock.advance(-1)).to.throw('only moves forward');
  });

  it('stops when a timer arms itself without delay for ever', () => {
    const clock = createFakeClock();
    const again = (): void => void clock.after(0, again);
    again();
    expect(() => clock.advance(1))
      .to.throw()
      .with.property('code', 'ERR_TESTKIT_CLOCK_STUCK');
  });
});
