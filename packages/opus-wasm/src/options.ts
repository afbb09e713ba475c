import { codecError } from './codec-error.js';
import { booleanProblems, complexityProblems } from './encoder/encoder-settings.js';

export interface OpusWasmOptions {
  /**
   * Effort of encoders whose settings do not say, an integer 0-10, default 9. With error correction
   * 5 takes half of the processor time, but finds no room for it at 16 kbit/s.
   */
  readonly complexity?: number;
  /**
   * Default true: packets are as long as the sound needs and meet the bitrate on average. False
   * makes all packets of one stream equally long, so that their lengths tell nothing about the
   * words; it costs quality at the same bitrate.
   */
  readonly variableBitrate?: boolean;
}

export type ResolvedOpusWasmOptions = Readonly<Required<OpusWasmOptions>>;

/** Fills in the defaults; all problems are reported in one `ERR_CODEC_OPTIONS`. */
export function resolveOpusWasmOptions(options: OpusWasmOptions = {}): ResolvedOpusWasmOptions {
  const { complexity = 9, variableBitrate = true, ...unknown } = options;
  const problems = [
    ...Object.keys(unknown).map((path) => `"${path}" is not an option`),
    ...complexityProblems(complexity),
    ...booleanProblems('variableBitrate', variableBitrate),
  ];
  if (problems.length === 0) return Object.freeze({ complexity, variableBitrate });
  throw codecError('ERR_CODEC_OPTIONS', `Opus cannot use these options: ${problems.join('; ')}`, {
    details: { problems },
  });
}
