/**
 * Discrete Fourier transforms in place, radix 2, for arrays whose length is a power of two. The
 * spectrum is in bit-reversed order between the two, which saves the reordering of both.
 */
export class FourierTransform {
  readonly length: number;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;

  constructor(length: number) {
    this.length = length;
    this.#cosines = new Float64Array(length / 2);
    this.#sines = new Float64Array(length / 2);
    for (let i = 0; i < length / 2; i++) {
      this.#cosines[i] = Math.cos((2 * Math.PI * i) / length);
      this.#sines[i] = Math.sin((2 * Math.PI * i) / length);
    }
  }

  /** Decimation in frequency: natural order in, bit-reversed order out. */
  forward(re: Float64Array, im: Float64Array): void {
    for (let half = this.length / 2; half >= 1; half /= 2) {
      const stride = this.length / (2 * half);
      for (let start = 0; start < this.length; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const a = start + k;
          const b = a + half;
          const cosine = this.#cosines[k * stride]!;
          const sine = -this.#sines[k * stride]!;
          const differenceRe = re[a]! - re[b]!;
          const differenceIm = im[a]! - im[b]!;
          re[a] = re[a]! + re[b]!;
          im[a] = im[a]! + im[b]!;
          re[b] = differenceRe * cosine - differenceIm * sine;
          im[b] = differenceRe * sine + differenceIm * cosine;
        }
      }
    }
  }

  /** Decimation in time: bit-reversed order in, natural order out, not scaled by 1/length. */
  inverse(re: Float64Array, im: Float64Array): void {
    for (let half = 1; half < this.length; half *= 2) {
      const stride = this.length / (2 * half);
      for (let start = 0; start < this.length; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const a = start + k;
          const b = a + half;
          const cosine = this.#cosines[k * stride]!;
          const sine = this.#sines[k * stride]!;
          const turnedRe = re[b]! * cosine - im[b]! * sine;
          const turnedIm = re[b]! * sine + im[b]! * cosine;
          re[b] = re[a]! - turnedRe;
          im[b] = im[a]! - turnedIm;
          re[a] = re[a]! + turnedRe;
          im[a] = im[a]! + turnedIm;
        }
      }
    }
  }

  /** Where frequency `k` is in a spectrum that `forward` made. */
  position(k: number): number {
    let reversed = 0;
    for (let bit = 1; bit < this.length; bit *= 2) {
      reversed = reversed * 2 + (k & bit ? 1 : 0);
    }
    return reversed;
  }
}
