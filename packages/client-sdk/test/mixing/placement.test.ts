import { expect } from 'chai';
import fc from 'fast-check';
import { GainRamp } from '../../src/mixing/gain-ramp.js';
import { panGains } from '../../src/mixing/placement.js';

describe('Panning', () => {
  it('keeps the power, and leaves the centre as it is', () => {
    expect(panGains({ gain: 1, pan: 0 })).to.deep.equal({ left: 1, right: 1 });
    expect(panGains({ gain: 1, pan: -1 }).right).to.be.closeTo(0, 1e-9);
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 4, noNaN: true }),
        (pan, gain) => {
          const { left, right } = panGains({ gain, pan });
          expect(left ** 2 + right ** 2).to.be.closeTo(2 * gain ** 2, 1e-9);
        },
      ),
    );
  });
});

describe('A gain ramp', () => {
  it('takes its first goal at once and reaches each later one within 10 ms, without a jump', () => {
    const ramp = new GainRamp();
    ramp.setGoal(0.5);
    expect(ramp.next()).to.equal(0.5);
    ramp.setGoal(1);
    let last = 0.5;
    for (let i = 0; i < 481; i++) {
      const gain = ramp.next();
      expect(Math.abs(gain - last)).to.be.at.most(0.5 / 480 + 1e-9);
      last = gain;
    }
    expect(last).to.equal(1);
    ramp.setGoal(0);
    for (let i = 0; i < 481; i++) last = ramp.next();
    expect(last).to.equal(0);
  });

  it('takes no longer when its goal is set again and again', () => {
    const ramp = new GainRamp();
    ramp.setGoal(1);
    for (let i = 0; i < 480; i++) {
      ramp.setGoal(0);
      ramp.next();
    }
    expect(ramp.next()).to.equal(0);
    expect(ramp.settled).to.equal(true);
  });
});
