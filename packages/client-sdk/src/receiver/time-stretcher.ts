import { SAMPLES_PER_MS } from '../audio/sample-rate.js';

const MIN_LAG: number = 2.5 * SAMPLES_PER_MS;
const MAX_LAG: number = 15 * SAMPLES_PER_MS;
/** Of the two that are laid over each other, at least; more where the frame has room for it. */
const MIN_OVERLAP: number = 2.5 * SAMPLES_PER_MS;
const MAX_OVERLAP: number = 10 * SAMPLES_PER_MS;
/** Periods of a voice are looked for on every fourth sample of a smoothed signal. */
const DECIMATION = 4;
const MIN_CORRELATION = 0.95;
/** Mean square of -50 dBFS, below which nobody hears a joint. */
const QUIET_POWER: number = 10 ** (-50 / 10);
const MAX_FRAME: number = 60 * SAMPLES_PER_MS;
const PAD = 1;

/**
 * Makes speech a little shorter or longer without changing its pitch: one or more whole periods of
 * the voice are left out or said twice, at the place where the signal best resembles itself (waveform
 * similarity overlap-add: Verhelst and Roelands, ICASSP 1993). What has no period that fits is left as
 * it is, unless it is too quiet for a joint to be heard.
 *
 * Works within one frame, so frames of 10 ms can only be changed by up to 7.5 ms. It has no state but
 * its scratch memory, of which `stretch` hands out a view: good until the next call.
 */
export class TimeStretcher {
  readonly #channels: 1 | 2;
  readonly #out: Float32Array;
  readonly #coarse: Float32Array = new Float32Array(MAX_FRAME / DECIMATION + PAD);
  readonly #mono: Float32Array = new Float32Array(MAX_FRAME);

  constructor(channels: 1 | 2) {
    this.#channels = channels;
    this.#out = new Float32Array((MAX_FRAME + MAX_LAG) * channels);
  }

  /**
   * @param frame 48 kHz, up to 60 ms, interleaved where there are two channels; not changed
   * @param wish samples of each channel to add (positive) or take away (negative), at most; no less
   * than 120 and no more than 720 of them ever are
   * @returns the frame itself where nothing could be done
   */
  stretch(frame: Float32Array, wish: number): Float32Array {
    const count = frame.length / this.#channels;
    const longest = Math.min(MAX_LAG, Math.abs(wish), count - MIN_OVERLAP);
    if (count > MAX_FRAME || !(longest >= MIN_LAG)) return frame;
    this.#mixDown(frame, count);
    const lag = this.#findLag(count, Math.floor(longest));
    if (lag === 0) return frame;
    return wish < 0 ? this.#shorten(frame, count, lag) : this.#lengthen(frame, count, lag);
  }

  /** The lag at which the signal resembles itself most; 0 if it never does enough. */
  #findLag(count: number, longest: number): number {
    // With a joint nobody hears, the more is done at once the better.
    if (power(this.#mono, 0, count) < QUIET_POWER) return longest;
    const coarse = this.#findCoarseLag(count, longest);
    if (coarse === 0) return 0;
    let best = 0;
    let bestCorrelation = MIN_CORRELATION;
    const from = Math.max(MIN_LAG, coarse - DECIMATION);
    const to = Math.min(longest, coarse + DECIMATION);
    for (let lag = from; lag <= to; lag++) {
      const overlap = overlapFor(count, lag);
      const found = correlation(this.#mono, jointAt(count, lag, overlap), lag, overlap);
      if (found <= bestCorrelation) continue;
      best = lag;
      bestCorrelation = found;
    }
    return best;
  }

  #findCoarseLag(count: number, longest: number): number {
    const coarseCount = this.#decimate(count);
    let best = 0;
    let bestCorrelation = 0;
    for (let lag = MIN_LAG / DECIMATION; lag <= longest / DECIMATION; lag++) {
      const overlap = overlapFor(count, lag * DECIMATION) / DECIMATION;
      const joint = jointAt(coarseCount, lag, Math.floor(overlap));
      const found = correlation(this.#coarse, joint, lag, Math.floor(overlap));
      if (found <= bestCorrelation) continue;
      best = lag * DECIMATION;
      bestCorrelation = found;
    }
    return best;
  }

  #mixDown(frame: Float32Array, count: number): void {
    if (this.#channels === 1) return this.#mono.set(frame);
    for (let i = 0; i < count; i++) {
      this.#mono[i] = ((frame[2 * i] ?? 0) + (frame[2 * i + 1] ?? 0)) / 2;
    }
  }

  /** Means of four neighbours: crude, and enough to find a period with. */
  #decimate(count: number): number {
    const coarseCount = Math.floor(count / DECIMATION);
    for (let i = 0; i < coarseCount; i++) {
      let sum = 0;
      for (let k = 0; k < DECIMATION; k++) sum += this.#mono[i * DECIMATION + k] ?? 0;
      this.#coarse[i] = sum / DECIMATION;
    }
    return coarseCount;
  }

  /** ... a | b b' | c ...: what follows the joint goes over into what follows `lag` later. */
  #shorten(frame: Float32Array, count: number, lag: number): Float32Array {
    const overlap = overlapFor(count, lag);
    const joint = jointAt(count, lag, overlap);
    return this.#join(frame, joint, joint + lag, overlap, count);
  }

  /** The same the other way: after the overlap of what was said, it is said again from `lag` before. */
  #lengthen(frame: Float32Array, count: number, lag: number): Float32Array {
    const overlap = overlapFor(count, lag);
    const joint = jointAt(count, lag, overlap);
    return this.#join(frame, joint + lag, joint, overlap, count);
  }

  /** The frame up to `left`, then a fade from there to `right`, then the frame behind that. */
  #join(
    frame: Float32Array,
    left: number,
    right: number,
    overlap: number,
    count: number,
  ): Float32Array {
    const channels = this.#channels;
    const out = this.#out;
    for (let i = 0; i < (left + overlap) * channels; i++) out[i] = frame[i] ?? 0;
    for (let i = 0; i < overlap; i++) {
      const weight = (i + 1) / (overlap + 1);
      for (let channel = 0; channel < channels; channel++) {
        const at = (left + i) * channels + channel;
        const other = frame[(right + i) * channels + channel] ?? 0;
        out[at] = (1 - weight) * (out[at] ?? 0) + weight * other;
      }
    }
    const shift = left - right;
    for (let i = (right + overlap) * channels; i < count * channels; i++) {
      out[i + shift * channels] = frame[i] ?? 0;
    }
    return out.subarray(0, (count + shift) * channels);
  }
}

function overlapFor(count: number, lag: number): number {
  return Math.min(MAX_OVERLAP, count - lag);
}

/** In the middle of what there is to choose from: both ends of a frame go on in others. */
function jointAt(count: number, lag: number, overlap: number): number {
  return Math.max(0, Math.floor((count - lag - overlap) / 2));
}

function power(samples: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += (samples[i] ?? 0) ** 2;
  return sum / count;
}

/** Of `overlap` samples from `from` with those `lag` later, normalised: 1 for the same shape. */
function correlation(samples: Float32Array, from: number, lag: number, overlap: number): number {
  let product = 0;
  let energy = 0;
  let laterEnergy = 0;
  for (let i = from; i < from + overlap; i++) {
    const value = samples[i] ?? 0;
    const later = samples[i + lag] ?? 0;
    product += value * later;
    energy += value * value;
    laterEnergy += later * later;
  }
  const scale = Math.sqrt(energy * laterEnergy);
  return scale > 0 ? product / scale : 0;
}
