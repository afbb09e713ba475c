/** Zero crossings of the windowed sinc on each side: about 80 dB of stop band. */
const HALF_WIDTH = 16;

/**
 * Changes the sample rate of a whole recording by windowed-sinc interpolation (Hann window). For
 * files, not for live streams. The same rate gives the same samples back.
 */
export function resample(
  samples: Float32Array,
  channels: number,
  fromHz: number,
  toHz: number,
): Float32Array {
  if (fromHz === toHz) return samples;
  const inputLength = Math.floor(samples.length / channels);
  const outputLength = Math.round((inputLength * toHz) / fromHz);
  const output = new Float32Array(outputLength * channels);
  // Below the lower of both Nyquist rates: going down must not fold high tones back.
  const cutoff = Math.min(1, toHz / fromHz) * 0.95;
  const reach = Math.ceil(HALF_WIDTH / cutoff);
  for (let i = 0; i < outputLength; i++) {
    const position = (i * fromHz) / toHz;
    const first = Math.max(0, Math.ceil(position - reach));
    const last = Math.min(inputLength - 1, Math.floor(position + reach));
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let j = first; j <= last; j++) {
        const weight = windowedSinc(position - j, cutoff, reach);
        sum += (samples[j * channels + channel] ?? 0) * weight;
      }
      output[i * channels + channel] = sum;
    }
  }
  return output;
}

/** How far the filter reaches, and its weights for positions between two samples, evenly spread. */
export function filterTaps(
  fromHz: number,
  toHz: number,
  phaseCount: number,
): { readonly reach: number; readonly weights: readonly Float32Array[] } {
  const cutoff = Math.min(1, toHz / fromHz) * 0.95;
  const reach = Math.ceil(HALF_WIDTH / cutoff);
  const weights = Array.from({ length: phaseCount }, (_, phase) =>
    Float32Array.from({ length: 2 * reach }, (_, tap) => {
      const distance = phase / phaseCount - (tap - reach + 1);
      return Math.abs(distance) > reach ? 0 : windowedSinc(distance, cutoff, reach);
    }),
  );
  return { reach, weights };
}

function windowedSinc(distance: number, cutoff: number, reach: number): number {
  if (distance === 0) return cutoff;
  const angle = Math.PI * distance;
  const window = 0.5 + 0.5 * Math.cos(angle / reach);
  return (Math.sin(angle * cutoff) / angle) * window;
}
