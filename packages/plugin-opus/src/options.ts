import { VoiceError } from '@sidetone/protocol';
import { booleanProblems, complexityProblems } from '@sidetone/opus-wasm';
import type { OpusErrorCode } from './error-codes.js';

export interface OpusOptions {
  /**
   * Effort of encoders whose settings do not say, an integer 0-10, default 9. For speech, 5 takes a
   * little more than half of the processor time of 9, and 0 a good third; but 5 finds no room for
   * error correction at 16 kbit/s.
   */
  readonly complexity?: number;
  /**
   * Default true: packets are as long as the sound needs and meet the bitrate on average. False
   * makes all packets of one stream equally long, so that their lengths tell nothing about the
   * words; it costs quality at the same bitrate.
   */
  readonly variableBitrate?: boolean;
  /**
   * What encodes: the native library, which takes two thirds of the time, or wasm, which runs everywhere.
   * Default `auto`: native where it loads, else wasm. Decoding is always done by the wasm, for the
   * native library does not offer what lost packets need.
   */
  readonly encoder?: 'auto' | 'native' | 'wasm';
}

export type ResolvedOpusOptions = Readonly<Required<OpusOptions>>;

const ENCODERS: readonly string[] = ['auto', 'native', 'wasm'];

/** Fills in the defaults; all problems are reported in one `ERR_CODEC_OPTIONS`. */
export function resolveOpusOptions(options: OpusOptions = {}): ResolvedOpusOptions {
  const { complexity = 9, variableBitrate = true, encoder = 'auto', ...unknown } = options;
  const problems = [
    ...Object.keys(unknown).map((path) => `"${path}" is not an option`),
    ...complexityProblems(complexity),
    ...booleanProblems('variableBitrate', variableBitrate),
  ];
  if (!ENCODERS.includes(encoder)) {
    problems.push(`encoder "${String(encoder)}" must be "auto", "native" or "wasm"`);
  }
  if (problems.length > 0) {
    const code: OpusErrorCode = 'ERR_CODEC_OPTIONS';
    throw new VoiceError(code, `opus() cannot use these options: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  return Object.freeze({ complexity, variableBitrate, encoder });
}
