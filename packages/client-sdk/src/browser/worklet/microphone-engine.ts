import { SAMPLE_RATE_HZ, SAMPLES_PER_MS } from '../../audio/sample-rate.js';
import { StreamResampler } from '../../audio/stream-resampler.js';
import type { CapturedSamples } from '../ports.js';

export interface MicrophoneEngineParts {
  readonly sampleRateHz: number;
  readonly post: (captured: CapturedSamples, transfer: Transferable[]) => void;
}

/** 10 ms: the shortest frames need no more, and longer ones are made of several. */
export const CHUNK_SAMPLES: number = 10 * SAMPLES_PER_MS;
/** What was begun before a longer pause than this is not gone on with. */
const PAUSE_MS = 200;
const MAX_SPARE = 16;
/** A second: a Worker that has taken none of it says what it heard before too late anyway. */
const MAX_UNTAKEN = 100;

/** Gathers what a device captures, quantum by quantum: 48 kHz and mono, whatever the device gives. */
export class MicrophoneEngine {
  readonly #parts: MicrophoneEngineParts;
  readonly #spare: Float32Array<ArrayBuffer>[] = [];
  #resampler: StreamResampler | null = null;
  #mono = new Float32Array(0);
  #chunk = new Float32Array(CHUNK_SAMPLES);
  #length = 0;
  /** Chunks whose memory has not come back. */
  #untaken = 0;
  #pausedSamples = 0;

  constructor(parts: MicrophoneEngineParts) {
    this.#parts = parts;
    this.#begin();
  }

  /**
   * @param channels of one quantum; none while no device is connected
   * @param quantumSamples how long that was
   */
  capture(channels: readonly Float32Array[], quantumSamples: number): void {
    if (channels.length === 0) return this.#pause(quantumSamples);
    this.#pausedSamples = 0;
    const mono = this.#mixDown(channels);
    this.#gather(this.#resampler === null ? mono : this.#resampler.add(mono));
  }

  /** What is posted goes to another Worker from now on. */
  connected(): void {
    this.#untaken = 0;
  }

  /** Memory that was posted comes back. */
  giveBack(samples: Float32Array<ArrayBuffer>): void {
    this.#untaken = Math.max(0, this.#untaken - 1);
    if (samples.length === CHUNK_SAMPLES && this.#spare.length < MAX_SPARE) {
      this.#spare.push(samples);
    }
  }

  #begin(): void {
    const { sampleRateHz } = this.#parts;
    this.#length = 0;
    if (sampleRateHz === SAMPLE_RATE_HZ) return;
    this.#resampler = new StreamResampler(1, sampleRateHz, SAMPLE_RATE_HZ);
  }

  /** A device is changed within less; what comes then goes on where the last one ended. */
  #pause(quantumSamples: number): void {
    const before = this.#pausedSamples;
    this.#pausedSamples += quantumSamples;
    const limit = (PAUSE_MS / 1_000) * this.#parts.sampleRateHz;
    if (before < limit && this.#pausedSamples >= limit) this.#begin();
  }

  #mixDown(channels: readonly Float32Array[]): Float32Array {
    const [first = this.#mono] = channels;
    if (channels.length === 1) return first;
    if (this.#mono.length !== first.length) this.#mono = new Float32Array(first.length);
    const mono = this.#mono;
    mono.fill(0);
    for (let channel = 0; channel < channels.length; channel++) {
      const samples = channels[channel] ?? mono;
      for (let i = 0; i < mono.length; i++) {
        mono[i] = (mono[i] ?? 0) + (samples[i] ?? 0) / channels.length;
      }
    }
    return mono;
  }

  #gather(samples: Float32Array): void {
    for (let i = 0; i < samples.length; i++) {
      this.#chunk[this.#length] = samples[i] ?? 0;
      this.#length += 1;
      if (this.#length === CHUNK_SAMPLES) this.#send();
    }
  }

  #send(): void {
    this.#length = 0;
    if (this.#untaken === MAX_UNTAKEN) return;
    this.#untaken += 1;
    const samples = this.#chunk;
    this.#chunk = this.#spare.pop() ?? new Float32Array(CHUNK_SAMPLES);
    this.#parts.post({ type: 'captured', samples }, [samples.buffer]);
  }
}
