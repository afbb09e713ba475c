import { expect } from 'chai';
import { crossCorrelate } from '../../src/audio/cross-correlation.js';
import { FourierTransform } from '../../src/audio/fourier.js';
import { noise } from './noise.js';

describe('The Fourier transform', () => {
  it('gives the sums of its definition', () => {
    const length = 16;
    const re = Float64Array.from(noise(length, 1));
    const im = Float64Array.from(noise(length, 2));
    const [inputRe, inputIm] = [re.slice(), im.slice()];
    const transform = new FourierTransform(length);
    transform.forward(re, im);
    for (let k = 0; k < length; k++) {
      let [sumRe, sumIm] = [0, 0];
      for (let n = 0; n < length; n++) {
        const angle = (-2 * Math.PI * k * n) / length;
        sumRe += inputRe[n]! * Math.cos(angle) - inputIm[n]! * Math.sin(angle);
        sumIm += inputRe[n]! * Math.sin(angle) + inputIm[n]! * Math.cos(angle);
      }
      expect(re[transform.position(k)]).to.be.closeTo(sumRe, 1e-12);
      expect(im[transform.position(k)]).to.be.closeTo(sumIm, 1e-12);
    }
  });

  it('comes back to its input by the inverse, times its length', () => {
    const length = 1_024;
    const re = Float64Array.from(noise(length, 3));
    const im = new Float64Array(length);
    const input = re.slice();
    const transform = new FourierTransform(length);
    transform.forward(re, im);
    transform.inverse(re, im);
    re.forEach((value, i) => expect(value / length).to.be.closeTo(input[i]!, 1e-12));
  });
});

describe('The cross-correlation', () => {
  it('equals the sums of its definition at every shift', () => {
    const reference = noise(50, 4);
    const heard = noise(37, 5);
    const maxShift = 60;
    const energy = (samples: Float32Array): number =>
      samples.reduce((sum, sample) => sum + sample ** 2, 0);
    crossCorrelate(reference, heard, maxShift).forEach((correlation, i) => {
      const shift = i - maxShift;
      const under = heard.subarray(Math.max(0, shift), Math.max(0, reference.length + shift));
      const product = reference.reduce(
        (sum, sample, n) => sum + sample * (heard[n + shift] ?? 0),
        0,
      );
      const scale = Math.sqrt(energy(reference) * energy(under));
      expect(correlation).to.be.closeTo(scale === 0 ? 0 : product / scale, 1e-9);
    });
  });
});
