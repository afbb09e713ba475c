import { opus } from '@sidetone/plugin-opus';
import { codecRoundTrip, compareSpeech, speech, type SpeechName } from '@sidetone/testkit';

const SAMPLE_RATE = 48_000;
/** Fits between two steps of the receiver's more often than not. */
const PIECE = 0.2 * SAMPLE_RATE;
/** Opus makes a little noise of nothing. */
const AUDIBLE = 0.005;

export interface HeardSpeech {
  /** From the first to the last audible sample. */
  readonly audibleSeconds: number;
  readonly spokenSeconds: number;
  /**
   * Of pieces of the speech, each where it fits best: the one in the middle. A recording by the wall
   * clock has gaps where the machine was busy, and the receiver shortens and lengthens what it plays.
   */
  readonly correlation: number;
}

/** What was heard (stereo) beside what the codec alone makes of the speech. */
export function listenFor(name: SpeechName, stereo: Float32Array): HeardSpeech {
  const spoken = codecRoundTrip(opus(), speech(name), {
    channels: 1,
    frameDurationMs: 20,
    bitrateBps: 32_000,
    application: 'voice',
  });
  const left = Float32Array.from({ length: stereo.length / 2 }, (_, i) => stereo[2 * i] ?? 0);
  const heard = audiblePart(left);
  const options = { sampleRate: SAMPLE_RATE, maxShiftMs: 10_000 };
  const correlations: number[] = [];
  for (let start = 0; start + PIECE <= spoken.length; start += PIECE) {
    const piece = spoken.subarray(start, start + PIECE);
    if (!piece.some((sample) => Math.abs(sample) > AUDIBLE)) continue;
    correlations.push(compareSpeech(piece, heard, options).correlation);
  }
  correlations.sort((a, b) => a - b);
  return {
    audibleSeconds: heard.length / SAMPLE_RATE,
    spokenSeconds: audiblePart(spoken).length / SAMPLE_RATE,
    correlation: correlations[Math.floor(correlations.length / 2)] ?? 0,
  };
}

function audiblePart(samples: Float32Array): Float32Array {
  const isAudible = (sample: number): boolean => Math.abs(sample) > AUDIBLE;
  return samples.subarray(samples.findIndex(isAudible), samples.findLastIndex(isAudible) + 1);
}
