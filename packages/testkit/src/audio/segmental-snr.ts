const FRAME_MS = 20;
const MIN_DB = -10;
const MAX_DB = 60;
/** A frame this far below the loudest one is a pause. */
const ACTIVITY_RANGE_DB = 40;

/**
 * Segmental signal-to-noise ratio in dB: for each frame of 20 ms the energy of the reference over
 * the energy of the difference, in dB and clamped, averaged over the frames in which somebody
 * speaks. Frames within 40 dB of the loudest count as speech.
 *
 * The definition is the one of Hansen and Pellom, "An effective quality evaluation protocol for
 * speech enhancement algorithms", ICSLP 1998, but for its upper clamp, 35 dB there: 60 dB lets
 * a copy that is exact stand clearly apart from one that is only good. The lower clamp is -10 dB.
 *
 * `heard[n + shiftSamples]` belongs to `reference[n]`; what `heard` does not reach is silence.
 * A last frame that is not full is left out.
 */
export function segmentalSnrDb(
  reference: Float32Array,
  heard: Float32Array,
  { sampleRate, shiftSamples }: { readonly sampleRate: number; readonly shiftSamples: number },
): number {
  const frameSamples = Math.round((sampleRate * FRAME_MS) / 1000);
  const frames: { readonly signal: number; readonly noise: number }[] = [];
  for (let start = 0; start + frameSamples <= reference.length; start += frameSamples) {
    let signal = 0;
    let noise = 0;
    for (let n = start; n < start + frameSamples; n++) {
      const wanted = reference[n] ?? 0;
      signal += wanted ** 2;
      noise += (wanted - (heard[n + shiftSamples] ?? 0)) ** 2;
    }
    frames.push({ signal, noise });
  }
  const loudest = frames.reduce((max, { signal }) => Math.max(max, signal), 0);
  const threshold = loudest * 10 ** (-ACTIVITY_RANGE_DB / 10);
  const active = frames.filter(({ signal }) => signal > 0 && signal >= threshold);
  const sum = active.reduce((total, frame) => total + clampedDb(frame), 0);
  return sum / active.length;
}

function clampedDb({ signal, noise }: { readonly signal: number; readonly noise: number }): number {
  return Math.min(MAX_DB, Math.max(MIN_DB, 10 * Math.log10(signal / noise)));
}
