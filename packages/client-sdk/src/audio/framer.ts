/**
 * Cuts samples that come in chunks of any length into frames of one length, and changes the number
 * of channels where source and encoder differ.
 */
export class Framer {
  readonly #frameSamples: number;
  readonly #from: 1 | 2;
  readonly #to: 1 | 2;
  #frame: Float32Array;
  #filled = 0;

  /** @param frameSamples of one frame, all channels of the output together */
  constructor(frameSamples: number, from: 1 | 2, to: 1 | 2) {
    this.#frameSamples = frameSamples;
    this.#from = from;
    this.#to = to;
    this.#frame = new Float32Array(frameSamples);
  }

  /** Every frame that the samples complete; the frames are the caller's. */
  *add(samples: Float32Array): Generator<Float32Array> {
    const converted = convertChannels(samples, this.#from, this.#to);
    for (let offset = 0; offset < converted.length;) {
      const part = converted.subarray(offset, offset + this.#frameSamples - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === this.#frameSamples) yield this.#takeFrame();
    }
  }

  /** What is left, filled up with silence; `null` when nothing is. */
  flush(): Float32Array | null {
    return this.#filled === 0 ? null : this.#takeFrame();
  }

  #takeFrame(): Float32Array {
    const frame = this.#frame;
    this.#frame = new Float32Array(this.#frameSamples);
    this.#filled = 0;
    return frame;
  }
}

function convertChannels(samples: Float32Array, from: 1 | 2, to: 1 | 2): Float32Array {
  if (from === to) return samples;
  if (from === 1)
    return Float32Array.from({ length: samples.length * 2 }, (_, i) => samples[i >> 1] ?? 0);
  return Float32Array.from(
    { length: samples.length >> 1 },
    (_, i) => ((samples[2 * i] ?? 0) + (samples[2 * i + 1] ?? 0)) / 2,
  );
}
