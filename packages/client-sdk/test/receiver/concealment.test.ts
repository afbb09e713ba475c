import { expect } from 'chai';
import { concealmentGain, shapeConcealment } from '../../src/receiver/concealment-envelope.js';
import { crossfade, CROSSFADE_SAMPLES } from '../../src/receiver/crossfade.js';

const ones = (count: number): Float32Array => new Float32Array(count).fill(1);

describe('The envelope of a concealment', () => {
  it('is full for 60 ms, then falls to nothing by 120 ms', () => {
    expect([0, 30, 60].map(concealmentGain)).to.deep.equal([1, 1, 1]);
    expect(concealmentGain(90)).to.equal(0.5);
    expect([120, 500].map(concealmentGain)).to.deep.equal([0, 0]);
  });

  it('falls evenly over pieces of any length', () => {
    const whole = ones(48 * 140);
    shapeConcealment(whole, 1, 0);
    const pieces = [10, 20, 2.5, 37.5, 40, 30].reduce<number[]>((done, ms) => {
      const piece = ones(48 * ms);
      shapeConcealment(piece, 1, done.length / 48);
      return [...done, ...piece];
    }, []);
    expect(pieces).to.deep.equal([...whole]);
    expect(whole[48 * 60]).to.equal(1);
    expect(whole[48 * 120]).to.equal(0);
    for (let i = 1; i < whole.length; i++) {
      const step = (whole[i - 1] ?? 0) - (whole[i] ?? 0);
      expect(step).to.be.within(0, 0.001);
    }
  });

  it('is the same for both channels', () => {
    const samples = ones(2 * 48 * 20);
    shapeConcealment(samples, 2, 80);
    for (let i = 0; i < samples.length; i += 2) expect(samples[i]).to.equal(samples[i + 1]);
    expect(samples[0]).to.be.closeTo(2 / 3, 1e-6);
  });
});

describe('A crossfade', () => {
  it('leads from the last sample that was heard to the new sound within 2.5 ms', () => {
    const heard = Float32Array.from({ length: 480 }, (_, i) => 0.8 * Math.sin(i / 20));
    const samples = Float32Array.from({ length: 480 }, (_, i) => -0.5 + i / 2_000);
    const fresh = samples.slice();
    crossfade(samples, heard, 1);
    expect(samples[0]).to.be.closeTo(heard.at(-1) ?? NaN, 0.03);
    expect([...samples.subarray(CROSSFADE_SAMPLES)]).to.deep.equal([
      ...fresh.subarray(CROSSFADE_SAMPLES),
    ]);
    for (let i = 1; i < samples.length; i++) {
      expect(Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0))).to.be.below(0.06);
    }
  });

  it('keeps the channels apart', () => {
    const heard = Float32Array.from({ length: 480 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const samples = Float32Array.from({ length: 480 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    crossfade(samples, heard, 2);
    samples.forEach((value, i) => expect(value).to.be.closeTo(i % 2 === 0 ? 1 : -1, 1e-6));
  });

  it('makes do with what there is, and fades in from nothing', () => {
    const samples = ones(480);
    crossfade(samples, new Float32Array(0), 1);
    expect([...samples]).to.deep.equal([...ones(480)]);
    crossfade(samples, new Float32Array(CROSSFADE_SAMPLES), 1);
    expect(samples[0]).to.be.below(0.02);
    expect(samples[60]).to.be.closeTo(0.5, 0.01);
    const short = ones(10);
    crossfade(short, ones(4), 1);
    expect([...short]).to.deep.equal([...ones(10)]);
  });
});
