import { align } from './alignment.js';
import { energyOf } from './cross-correlation.js';
import { FourierTransform } from './fourier.js';

export interface SpectralDistanceOptions {
  /** Hertz, of both recordings. */
  readonly sampleRate: number;
  /** How far `heard` may be early (negative) or late, in ms. */
  readonly minShiftMs: number;
  readonly maxShiftMs: number;
  /** 500 by default. */
  readonly windowMs?: number;
}

/** One window of the reference and what was heard of it. */
export interface WindowDistance {
  /** Of the reference. */
  readonly startMs: number;
  /** Where it was found: positive when it was heard late. */
  readonly shiftMs: number;
  readonly correlation: number;
  /** Mean over the frames of the window in which somebody speaks; 0 for the same sound. */
  readonly distanceDb: number;
}

const WINDOW_MS = 500;
const FRAME_MS = 20;
const HOP_MS = 10;
/** Half of what speech gains or loses in a window whose pace is changed as much as is not heard. */
const PACE_MS = 40;
/** Less is a rounding error, and needs no better place. */
const SAME_DB = 0.01;
/** Where speech is told by; above it there is little but breath. */
const MAX_FREQUENCY_HZ = 8_000;
/** Power this far below the loudest of the reference counts as none, in both recordings. */
const FLOOR_DB = 60;
/** A frame this far below the loudest one is a pause. */
const ACTIVITY_RANGE_DB = 40;

/**
 * Log-spectral distance of what was heard from what was said, window by window: each window of the
 * reference is looked for in `heard` by itself, and each of its frames up to 40 ms around where the
 * window was found. So a delay that differs costs nothing, nor does a pace that was changed, as both
 * are not heard; a gap does. Per frame of 20 ms (Hann, every 10 ms) it is the root
 * mean square of the differences of the two power spectra in dB up to 8 kHz, after Gray and Markel,
 * "Distance measures for speech processing", IEEE Trans. ASSP 24(5), 1976.
 *
 * Both recordings have one channel and the same loudness, as gain counts. A last window that is not
 * full is left out, and so are windows in which nobody speaks. Speech is what lies within 40 dB of
 * the loudest frame.
 */
export function spectralDistances(
  reference: Float32Array,
  heard: Float32Array,
  options: SpectralDistanceOptions,
): readonly WindowDistance[] {
  const { sampleRate, windowMs = WINDOW_MS } = options;
  const samplesIn = (ms: number): number => Math.round((ms * sampleRate) / 1000);
  const analysis = new FrameAnalysis(reference, samplesIn(FRAME_MS), sampleRate);
  const length = samplesIn(windowMs);
  const windows: WindowDistance[] = [];
  for (let start = 0; start + length <= reference.length; start += length) {
    const frames = framesOf(start, length, samplesIn(FRAME_MS), samplesIn(HOP_MS));
    const spoken = frames.filter((frame) => analysis.isSpeech(frame));
    if (spoken.length === 0) continue;
    const { shift, correlation } = find(reference, heard, {
      start,
      length,
      sampleRate,
      minShift: samplesIn(options.minShiftMs),
      maxShift: samplesIn(options.maxShiftMs),
    });
    const sum = spoken.reduce((total, frame) => total + analysis.nearest(heard, frame, shift), 0);
    windows.push({
      startMs: (1000 * start) / sampleRate,
      shiftMs: (1000 * shift) / sampleRate,
      correlation,
      distanceDb: sum / spoken.length,
    });
  }
  return windows;
}

function framesOf(start: number, length: number, frame: number, hop: number): number[] {
  const starts: number[] = [];
  for (let at = start; at + frame <= start + length; at += hop) starts.push(at);
  return starts;
}

interface Search {
  readonly start: number;
  readonly length: number;
  readonly sampleRate: number;
  readonly minShift: number;
  readonly maxShift: number;
}

function find(
  reference: Float32Array,
  heard: Float32Array,
  { start, length, sampleRate, minShift, maxShift }: Search,
): { readonly shift: number; readonly correlation: number } {
  const window = reference.subarray(start, start + length);
  const from = Math.max(0, start + minShift);
  const part = heard.subarray(from, Math.max(from, start + length + maxShift));
  const { shiftSamples, correlation } = align(window, part, {
    sampleRate,
    minShift: start + minShift - from,
    maxShift: Math.max(0, start + maxShift - from),
  });
  return { shift: shiftSamples + from - start, correlation };
}

/** Spectra of single frames, with the floor and the activity that follow from the reference. */
class FrameAnalysis {
  readonly #reference: Float32Array;
  readonly #frameSamples: number;
  readonly #sampleRate: number;
  readonly #paceSamples: number;
  readonly #hann: Float64Array;
  readonly #transform: FourierTransform;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  /** Positions of the frequencies that count. */
  readonly #bins: readonly number[];
  readonly #floor: number;
  readonly #quietest: number;

  constructor(reference: Float32Array, frameSamples: number, sampleRate: number) {
    this.#reference = reference;
    this.#frameSamples = frameSamples;
    this.#sampleRate = sampleRate;
    this.#paceSamples = Math.round((PACE_MS * sampleRate) / 1000);
    const size = 2 ** Math.ceil(Math.log2(frameSamples));
    this.#hann = Float64Array.from(
      { length: frameSamples },
      (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / frameSamples),
    );
    this.#transform = new FourierTransform(size);
    this.#re = new Float64Array(size);
    this.#im = new Float64Array(size);
    const highest = Math.min(size / 2, Math.floor((MAX_FREQUENCY_HZ * size) / sampleRate));
    this.#bins = Array.from({ length: highest }, (_, k) => this.#transform.position(k + 1));
    let loudestBin = 0;
    let loudestFrame = 0;
    for (let start = 0; start + frameSamples <= reference.length; start += frameSamples) {
      for (const power of this.#powers(reference, start)) loudestBin = Math.max(loudestBin, power);
      loudestFrame = Math.max(loudestFrame, this.#energyAt(start));
    }
    this.#floor = loudestBin * 10 ** (-FLOOR_DB / 10);
    this.#quietest = loudestFrame * 10 ** (-ACTIVITY_RANGE_DB / 10);
  }

  isSpeech(start: number): boolean {
    const energy = this.#energyAt(start);
    return energy > 0 && energy >= this.#quietest;
  }

  /** At that shift, or where the frame is found near it. */
  nearest(heard: Float32Array, start: number, shift: number): number {
    const there = this.#distance(heard, start, shift);
    if (there < SAME_DB) return there;
    const length = this.#frameSamples;
    const found = find(this.#reference, heard, {
      start,
      length,
      sampleRate: this.#sampleRate,
      minShift: shift - this.#paceSamples,
      maxShift: shift + this.#paceSamples,
    });
    return Math.min(there, this.#distance(heard, start, found.shift));
  }

  #distance(heard: Float32Array, start: number, shift: number): number {
    const wanted = this.#powers(this.#reference, start);
    const found = this.#powers(heard, start + shift);
    let sum = 0;
    for (let i = 0; i < wanted.length; i++) {
      sum += (this.#decibels(wanted[i] ?? 0) - this.#decibels(found[i] ?? 0)) ** 2;
    }
    return Math.sqrt(sum / wanted.length);
  }

  #decibels(power: number): number {
    return 10 * Math.log10(Math.max(power, this.#floor));
  }

  #energyAt(start: number): number {
    return energyOf(this.#reference.subarray(start, start + this.#frameSamples));
  }

  /** What lies outside of the recording is silence. */
  #powers(samples: Float32Array, start: number): Float64Array {
    const re = this.#re.fill(0);
    const im = this.#im.fill(0);
    for (let n = 0; n < this.#frameSamples; n++) {
      re[n] = (samples[start + n] ?? 0) * (this.#hann[n] ?? 0);
    }
    this.#transform.forward(re, im);
    return Float64Array.from(this.#bins, (at) => (re[at] ?? 0) ** 2 + (im[at] ?? 0) ** 2);
  }
}
