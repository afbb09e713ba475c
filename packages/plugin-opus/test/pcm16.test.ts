import { expect } from 'chai';
import fc from 'fast-check';
import { writePcm16 } from '../src/pcm16.js';

function toPcm16(...samples: readonly number[]): number[] {
  const pcm = new Int16Array(samples.length);
  writePcm16(Float32Array.from(samples), pcm);
  return [...pcm];
}

describe('16-bit samples', () => {
  it('are the nearest step', () => {
    const step = 1 / 32_768;
    expect(toPcm16(0, 0.5, -0.5, 1.4 * step, 1.6 * step, -1.6 * step)).to.deep.equal([
      0, 16_384, -16_384, 1, 2, -2,
    ]);
  });

  it('are clamped, never wrapped around', () => {
    expect(toPcm16(1, -1, 1.0001, 100, -100, Infinity, -Infinity)).to.deep.equal([
      32_767, -32_768, 32_767, 32_767, -32_768, 32_767, -32_768,
    ]);
  });

  it('are silent for what is no number', () => {
    expect(toPcm16(NaN)).to.deep.equal([0]);
  });

  it('come back from floats as they were', () => {
    fc.assert(
      fc.property(fc.int16Array(), (pcm) => {
        const again = new Int16Array(pcm.length);
        writePcm16(
          Float32Array.from(pcm, (step) => step / 32_768),
          again,
        );
        expect(again).to.deep.equal(pcm);
      }),
    );
  });
});
