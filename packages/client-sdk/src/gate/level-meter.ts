/** What is shown for silence, so that a meter has an end. */
export const SILENCE_DBFS = -120;
const WINDOW_MS = 20;
const PEAK_HOLD_MS = 1_000;

export interface MeterReading {
  /** RMS of the last 20 ms in dBFS, 0 being a full-scale square wave; -120 for silence. */
  readonly rmsDbfs: number;
  /** Highest sample of the last second in dBFS; 0 or more is clipping. */
  readonly peakDbfs: number;
}

/** RMS of samples in dBFS, -120 for silence. */
export function levelDbfs(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return powerDbfs(energy / Math.max(1, samples.length));
}

function powerDbfs(power: number): number {
  return power > 0 ? Math.max(SILENCE_DBFS, 10 * Math.log10(power)) : SILENCE_DBFS;
}

/** Reads the level of samples as they come; its time is theirs. */
export class LevelMeter {
  readonly #windowSamples: number;
  readonly #holdSamples: number;
  #energy = 0;
  #filled = 0;
  #rmsDbfs = SILENCE_DBFS;
  #peak = 0;
  #sincePeak = 0;
  /** Highest since the held one, so that the next in height is held when that one's time is up. */
  #runnerUp = 0;
  #sinceRunnerUp = 0;

  /** @param samplesPerMs of all channels together */
  constructor(samplesPerMs: number) {
    this.#windowSamples = WINDOW_MS * samplesPerMs;
    this.#holdSamples = PEAK_HOLD_MS * samplesPerMs;
  }

  get reading(): MeterReading {
    return { rmsDbfs: this.#rmsDbfs, peakDbfs: powerDbfs(this.#peak * this.#peak) };
  }

  add(samples: Float32Array): void {
    for (const sample of samples) {
      this.#energy += sample * sample;
      this.#hold(Math.abs(sample));
      if (++this.#filled < this.#windowSamples) continue;
      this.#rmsDbfs = powerDbfs(this.#energy / this.#filled);
      this.#energy = 0;
      this.#filled = 0;
    }
  }

  #hold(height: number): void {
    this.#sincePeak++;
    this.#sinceRunnerUp++;
    if (this.#sincePeak > this.#holdSamples) {
      this.#peak = this.#runnerUp;
      this.#sincePeak = this.#sinceRunnerUp;
      this.#runnerUp = 0;
      this.#sinceRunnerUp = 0;
    }
    if (height >= this.#peak) {
      this.#peak = height;
      this.#sincePeak = 0;
      this.#runnerUp = 0;
      this.#sinceRunnerUp = 0;
    } else if (height >= this.#runnerUp) {
      this.#runnerUp = height;
      this.#sinceRunnerUp = 0;
    }
  }
}
