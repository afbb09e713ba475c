import { VoiceError } from '@sidetone/protocol';
import type { OpusErrorCode } from './error-codes.js';

export interface OpusOptions {
  /**
   * Effort of the encoder, an integer 0-10, default 9. For speech, 5 takes a little more than half
   * of the processor time of 9, and 0 a good third.
   */
  readonly complexity?: number;
  /**
   * Default true: packets are as long as the sound needs and meet the bitrate on average. False
   * makes all packets of one stream equally long, so that their lengths tell nothing about the
   * words; it costs quality at the same bitrate.
   */
  readonly variableBitrate?: boolean;
}

export type ResolvedOpusOptions = Readonly<Required<OpusOptions>>;

const MAX_COMPLEXITY = 10;

/** Fills in the defaults; all problems are reported in one `ERR_CODEC_OPTIONS`. */
export function resolveOpusOptions(options: OpusOptions = {}): ResolvedOpusOptions {
  const { complexity = 9, variableBitrate = true, ...unknown } = options;
  const problems = Object.keys(unknown).map((path) => `"${path}" is not an option`);
  if (!Number.isInteger(complexity) || complexity < 0 || complexity > MAX_COMPLEXITY) {
    problems.push(`complexity "${String(complexity)}" must be an integer from 0 to 10`);
  }
  if (typeof variableBitrate !== 'boolean') {
    problems.push(`variableBitrate "${String(variableBitrate)}" must be true or false`);
  }
  if (problems.length > 0) {
    const code: OpusErrorCode = 'ERR_CODEC_OPTIONS';
    throw new VoiceError(code, `opus() cannot use these options: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  return Object.freeze({ complexity, variableBitrate });
}
