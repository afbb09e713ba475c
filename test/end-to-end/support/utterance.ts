import { speech, type SpeechName } from '@sidetone/testkit';

/** Speech that is one talkspurt, from its beginning to its end or for so many frames of 20 ms. */
export interface Utterance {
  readonly speaker: SpeechName;
  readonly frames?: number;
}

export const FRAME_SAMPLES = 960;

/** As it is spoken: whole frames, the last one filled up with silence. */
export function samplesOf({ speaker, frames }: Utterance): Float32Array {
  const spoken = speech(speaker);
  const count = frames ?? Math.ceil(spoken.length / FRAME_SAMPLES);
  const samples = new Float32Array(count * FRAME_SAMPLES);
  samples.set(spoken.subarray(0, samples.length));
  return samples;
}

export function frameCount(utterance: Utterance): number {
  return samplesOf(utterance).length / FRAME_SAMPLES;
}
