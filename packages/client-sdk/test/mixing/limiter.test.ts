import { expect } from 'chai';
import fc from 'fast-check';
import { LIMIT, Limiter, LOOK_AHEAD_SAMPLES } from '../../src/mixing/limiter.js';

const DELAY = 2 * LOOK_AHEAD_SAMPLES;

/** What comes in, and silence until all of it has come out. */
function limited(samples: Float32Array, blocks: readonly number[] = []): Float32Array {
  const limiter = new Limiter();
  const out = new Float32Array(samples.length + DELAY);
  out.set(samples);
  let from = 0;
  for (const pairs of blocks) {
    const to = Math.min(out.length, from + 2 * pairs);
    limiter.process(out.subarray(from, to));
    from = to;
  }
  limiter.process(out.subarray(from));
  return out;
}

/** Noise whose loudness jumps: seconds of it are cheap to draw and to shrink. */
const bursts = fc
  .array(
    fc.record({
      peak: fc.double({ min: 0, max: 12, noNaN: true }),
      pairs: fc.integer({ min: 1, max: 600 }),
      period: fc.integer({ min: 1, max: 90 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) =>
    Float32Array.from(
      parts.flatMap(({ peak, pairs, period }) =>
        Array.from({ length: 2 * pairs }, (_, i) =>
          i % 2 === 0 ? peak * Math.sin((i / 2 / period) * 6) : (i / 2) % period === 0 ? -peak : 0,
        ),
      ),
    ),
  );

describe('The limiter', () => {
  it('never lets anything above -1 dBFS through, not for a sample', () => {
    fc.assert(
      fc.property(bursts, (samples) => {
        const loudest = limited(samples).reduce((most, each) => Math.max(most, Math.abs(each)), 0);
        expect(loudest).to.be.at.most(LIMIT + 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  it('passes what is quiet enough bit for bit, 2.5 ms later', () => {
    const value = fc.float({ min: Math.fround(-0.891), max: Math.fround(0.891), noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 900 }), (values) => {
        const samples = Float32Array.from(values.length % 2 ? values.slice(1) : values);
        const out = limited(samples);
        expect(out.subarray(0, DELAY).every((sample) => sample === 0)).to.equal(true);
        expect(out.slice(DELAY)).to.deep.equal(samples);
      }),
    );
  });

  it('gives the same whatever lengths it is given', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 20 });
    fc.assert(
      fc.property(bursts, lengths, (samples, blocks) => {
        expect(limited(samples, blocks)).to.deep.equal(limited(samples));
      }),
    );
  });

  it('takes both ears down together, in a slope that begins 2.5 ms before the peak', () => {
    const samples = new Float32Array(2 * 2_000).fill(0.4);
    samples[2 * 1_000] = 4;
    const out = limited(samples).subarray(DELAY);
    const rightGain = (i: number): number => (out[2 * i + 1] ?? 0) / 0.4;
    expect(rightGain(1_000 - LOOK_AHEAD_SAMPLES - 1)).to.be.closeTo(1, 1e-6);
    expect(rightGain(1_000)).to.be.at.most(LIMIT / 4 + 1e-6);
    for (let i = 1; i < 1_900; i++) {
      expect(Math.abs(rightGain(i) - rightGain(i - 1))).to.be.below(1 / LOOK_AHEAD_SAMPLES);
      expect(rightGain(i)).to.be.closeTo((out[2 * i] ?? 0) / (i === 1_000 ? 4 : 0.4), 1e-5);
    }
  });

  it('comes back with a time constant of 80 ms, and to exactly what comes in', () => {
    const samples = new Float32Array(2 * 96_000).fill(0.5);
    samples.fill(4, 0, 960);
    const out = limited(samples).subarray(DELAY);
    const lossAt = (ms: number): number => 1 - (out[2 * 48 * ms] ?? 0) / 0.5;
    expect(lossAt(12)).to.be.above(0.7);
    expect(lossAt(110) / lossAt(30)).to.be.closeTo(1 / Math.E, 0.02);
    expect(out.at(-1)).to.equal(0.5);
  });
});
