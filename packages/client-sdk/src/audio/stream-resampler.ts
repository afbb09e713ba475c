import { filterTaps } from './resample.js';

/** Beyond this many the nearest of them is taken: 1/1024 of a sample is nobody's error to hear. */
const MAX_PHASES = 1_024;

/**
 * Changes the sample rate of a stream that comes in chunks of any length, as `resample` does for what
 * is there as a whole: with the same filter, computed ahead for each position between two samples.
 */
export class StreamResampler {
  readonly #channels: 1 | 2;
  readonly #fromHz: number;
  readonly #toHz: number;
  readonly #reach: number;
  readonly #phases: readonly Float32Array[];
  /** What is still in reach, with silence before the beginning. */
  #kept: Float32Array;
  /** Number of the first sample that is kept. */
  #first: number;
  #outputs = 0;
  #inputs = 0;

  constructor(channels: 1 | 2, fromHz: number, toHz: number) {
    this.#channels = channels;
    this.#fromHz = fromHz;
    this.#toHz = toHz;
    const count = Math.min(MAX_PHASES, toHz / greatestDivisor(fromHz, toHz));
    const { reach, weights } = filterTaps(fromHz, toHz, count);
    this.#reach = reach;
    this.#phases = weights;
    this.#kept = new Float32Array(reach * channels);
    this.#first = -reach;
  }

  /** What can be computed so far; the rest needs the samples to come. */
  add(samples: Float32Array): Float32Array {
    this.#inputs += samples.length / this.#channels;
    this.#keep(samples);
    const last = this.#inputs - 1 - this.#reach;
    return this.#upTo(Math.floor((last * this.#toHz) / this.#fromHz) + 1);
  }

  /** The rest, as if silence followed. */
  flush(): Float32Array {
    this.#keep(new Float32Array((this.#reach + 1) * this.#channels));
    return this.#upTo(Math.round((this.#inputs * this.#toHz) / this.#fromHz));
  }

  #upTo(outputs: number): Float32Array {
    const count = Math.max(0, outputs - this.#outputs);
    const out = new Float32Array(count * this.#channels);
    for (let i = 0; i < count; i++) this.#compute(out, i);
    this.#outputs += count;
    this.#forget();
    return out;
  }

  #compute(out: Float32Array, index: number): void {
    const position = ((this.#outputs + index) * this.#fromHz) / this.#toHz;
    let base = Math.floor(position);
    let phase = Math.round((position - base) * this.#phases.length);
    if (phase === this.#phases.length) {
      phase = 0;
      base += 1;
    }
    const weights = this.#phases[phase] ?? new Float32Array(0);
    const from = base - this.#reach + 1 - this.#first;
    for (let channel = 0; channel < this.#channels; channel++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) {
        sum += (this.#kept[(from + i) * this.#channels + channel] ?? 0) * (weights[i] ?? 0);
      }
      out[index * this.#channels + channel] = sum;
    }
  }

  #keep(samples: Float32Array): void {
    const joined = new Float32Array(this.#kept.length + samples.length);
    joined.set(this.#kept);
    joined.set(samples, this.#kept.length);
    this.#kept = joined;
  }

  #forget(): void {
    const next = Math.floor((this.#outputs * this.#fromHz) / this.#toHz) - this.#reach;
    const done = Math.min(next - this.#first, this.#kept.length / this.#channels);
    if (done <= 0) return;
    this.#kept = this.#kept.slice(done * this.#channels);
    this.#first += done;
  }
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
