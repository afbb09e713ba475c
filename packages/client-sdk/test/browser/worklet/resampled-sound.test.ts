import { expect } from 'chai';
import { ResampledSound } from '../../../src/browser/worklet/resampled-sound.js';

/** Left a tone of 440 Hz, right its negative, in pieces as an audio thread asks for them. */
function toneAt(rateHz: number, quantum: number) {
  let pulled = 0;
  const moments: number[] = [];
  const sound = new ResampledSound(rateHz, (block, heardAtMs) => {
    moments.push(heardAtMs - pulled / 48);
    for (let i = 0; i < block.length / 2; i++) {
      block[2 * i] = Math.sin((2 * Math.PI * 440 * pulled) / 48_000);
      block[2 * i + 1] = -(block[2 * i] ?? 0);
      pulled += 1;
    }
  });
  const out = new Float32Array(2 * rateHz);
  for (let from = 0; from < rateHz; from += quantum) {
    const piece = out.subarray(2 * from, 2 * Math.min(rateHz, from + quantum));
    sound.fill(piece, (from * 1_000) / rateHz);
  }
  return { out, moments };
}

describe('Sound for a context of another rate', () => {
  for (const rateHz of [44_100, 16_000, 96_000]) {
    it(`is the same tone at ${rateHz} Hz, and asked for when it is heard`, () => {
      const { out, moments } = toneAt(rateHz, 128);
      const errors = Array.from({ length: rateHz - 1_000 }, (_, i) => {
        // The filter begins with silence.
        const at = i + 1_000;
        const expected = Math.sin((2 * Math.PI * 440 * at) / rateHz);
        const left = Math.abs((out[2 * at] ?? NaN) - expected);
        return Math.max(left, Math.abs((out[2 * at + 1] ?? NaN) + expected));
      });
      expect(errors.reduce((most, error) => Math.max(most, error))).to.be.below(2e-3);
      // What the filter holds is pulled early, and nothing else.
      expect(Math.min(...moments)).to.be.above(-4);
      expect(Math.max(...moments)).to.be.below(2.6);
    });
  }
});
