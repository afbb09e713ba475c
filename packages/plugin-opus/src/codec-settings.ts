import { VoiceError, type DecoderSettings, type EncoderSettings } from '@sidetone/protocol';
import type { OpusErrorCode } from './error-codes.js';

const FRAME_DURATIONS_MS: readonly number[] = [10, 20, 40, 60];
const APPLICATIONS: readonly string[] = ['voice', 'audio'];
const MIN_BITRATE_BPS = 6_000;
const MAX_BITRATE_BPS = 510_000;

/** Throws `ERR_CODEC_SETTINGS` naming every setting that libopus would refuse or abort on. */
export function checkEncoderSettings(settings: EncoderSettings): void {
  const { channels, frameDurationMs, bitrateBps, application } = settings;
  const problems = channelProblems(channels);
  if (!FRAME_DURATIONS_MS.includes(frameDurationMs)) {
    problems.push(`frameDurationMs "${String(frameDurationMs)}" must be 10, 20, 40 or 60`);
  }
  if (
    !Number.isInteger(bitrateBps) ||
    bitrateBps < MIN_BITRATE_BPS ||
    bitrateBps > MAX_BITRATE_BPS
  ) {
    problems.push(`bitrateBps "${String(bitrateBps)}" must be an integer from 6000 to 510000`);
  }
  if (!APPLICATIONS.includes(application)) {
    problems.push(`application "${String(application)}" must be "voice" or "audio"`);
  }
  refuse('encoder', problems);
}

/** Throws `ERR_CODEC_SETTINGS` if the number of channels is not one of Opus. */
export function checkDecoderSettings(settings: DecoderSettings): void {
  refuse('decoder', channelProblems(settings.channels));
}

function channelProblems(channels: number): string[] {
  return channels === 1 || channels === 2
    ? []
    : [`channels "${String(channels)}" must be 1 (mono) or 2 (stereo)`];
}

function refuse(what: 'encoder' | 'decoder', problems: readonly string[]): void {
  if (problems.length === 0) return;
  const code: OpusErrorCode = 'ERR_CODEC_SETTINGS';
  throw new VoiceError(code, `no Opus ${what} has these settings: ${problems.join('; ')}`, {
    details: { problems },
  });
}
