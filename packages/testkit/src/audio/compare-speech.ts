import { VoiceError } from '@sidetone/protocol';
import { align, type Alignment } from './alignment.js';
import { energyOf } from './cross-correlation.js';
import type { AudioErrorCode } from './error-codes.js';
import { segmentalSnrDb } from './segmental-snr.js';

export interface ComparisonOptions {
  /** Hertz, 8,000-192,000, the same for both recordings. */
  readonly sampleRate: number;
  /** How far `heard` may lie before or behind the reference, 0-10,000. */
  readonly maxShiftMs: number;
}

export interface SpeechComparison extends Alignment {
  /** Positive when `heard` is late: `heard[n + shiftSamples]` belongs to `reference[n]`. */
  readonly shiftSamples: number;
  /** -1..1 at that shift, over the whole reference; 1 is the same sound at any volume. */
  readonly correlation: number;
  /** -10..60 dB at that shift, over the frames with speech; an exact copy has 60. See `segmentalSnrDb`. */
  readonly segmentalSnrDb: number;
}

/** Two minutes at 48 kHz. */
const MAX_SAMPLES = 5_760_000;

/**
 * How close a recording comes to what was said: finds the shift at which it correlates best with
 * the reference and measures there. Both have one channel. What `heard` lacks of the reference
 * counts as silence, so lost speech lowers both figures; what it has before or behind does not.
 *
 * Throws `ERR_AUDIO_COMPARISON` for options out of range, a recording over 5,760,000 samples or
 * with samples that are no numbers, and a reference that is silent or shorter than 20 ms.
 */
export function compareSpeech(
  reference: Float32Array,
  heard: Float32Array,
  options: ComparisonOptions,
): SpeechComparison {
  checkOptions(options);
  checkRecording('reference', reference);
  checkRecording('heard', heard);
  const { sampleRate, maxShiftMs } = options;
  if (reference.length < sampleRate / 50 || energyOf(reference) === 0) {
    throw comparisonError('the reference needs 20 ms of sound');
  }
  const maxShift = Math.floor((maxShiftMs * sampleRate) / 1000);
  const alignment = align(reference, heard, { sampleRate, maxShift });
  const { shiftSamples } = alignment;
  return {
    ...alignment,
    segmentalSnrDb: segmentalSnrDb(reference, heard, { sampleRate, shiftSamples }),
  };
}

function checkOptions({ sampleRate, maxShiftMs }: ComparisonOptions): void {
  if (!Number.isInteger(sampleRate) || sampleRate < 8_000 || sampleRate > 192_000) {
    throw comparisonError(`sampleRate "${sampleRate}" must be an integer from 8000 to 192000`);
  }
  if (!(maxShiftMs >= 0 && maxShiftMs <= 10_000)) {
    throw comparisonError(`maxShiftMs "${maxShiftMs}" must be from 0 to 10000`);
  }
}

function checkRecording(name: string, samples: Float32Array): void {
  if (samples.length > MAX_SAMPLES) {
    throw comparisonError(`${name} has "${samples.length}" samples, the limit is ${MAX_SAMPLES}`);
  }
  const bad = samples.findIndex((sample) => !Number.isFinite(sample));
  if (bad !== -1) throw comparisonError(`${name}[${bad}] is "${samples[bad]}", it must be finite`);
}

function comparisonError(problem: string): VoiceError<AudioErrorCode> {
  return new VoiceError('ERR_AUDIO_COMPARISON', `these recordings cannot be compared: ${problem}`);
}
