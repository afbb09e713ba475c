import { SAMPLES_PER_MS } from '../audio/sample-rate.js';

/** Of each channel: 2.5 ms. */
export const CROSSFADE_SAMPLES: number = 2.5 * SAMPLES_PER_MS;

/**
 * Leads over from what was heard to sound that does not follow from it. What was heard goes on for
 * 2.5 ms as its mirror image, which begins at the very value it ended with, and fades out.
 * @param samples the new sound, changed in place; interleaved where there are two channels
 * @param heard the last samples that were played, 2.5 ms or what there is of them
 */
export function crossfade(samples: Float32Array, heard: Float32Array, channels: 1 | 2): void {
  const count = Math.min(CROSSFADE_SAMPLES, samples.length / channels, heard.length / channels);
  for (let i = 0; i < count; i++) {
    const fresh = (i + 1) / (count + 1);
    for (let channel = 0; channel < channels; channel++) {
      const at = i * channels + channel;
      const mirrored = heard[heard.length - (i + 1) * channels + channel] ?? 0;
      samples[at] = fresh * (samples[at] ?? 0) + (1 - fresh) * mirrored;
    }
  }
}
