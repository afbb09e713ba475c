import type { EncoderSettings } from '@sidetone/protocol';
import { clientError } from '../error/client-error.js';

/** How a source is encoded; what is left out has the default of its name. */
export type SourceSettings = Partial<EncoderSettings>;

const SPEECH: EncoderSettings = Object.freeze({
  channels: 1,
  frameDurationMs: 20,
  bitrateBps: 32_000,
  application: 'voice',
});

const MUSIC: EncoderSettings = Object.freeze({
  channels: 2,
  frameDurationMs: 20,
  bitrateBps: 96_000,
  application: 'audio',
});

/** The source used where none is named. */
export const DEFAULT_SOURCE = 'microphone';

const MIN_BITRATE_BPS = 6_000;
const MAX_BITRATE_BPS = 510_000;

/**
 * Settings of one source: mono speech of 32 kbit/s in frames of 20 ms, or for the name `music`
 * stereo of 96 kbit/s, unless said otherwise. Throws `ERR_AUDIO_SETTINGS`.
 */
export function resolveSourceSettings(
  name: string,
  settings: SourceSettings = {},
): EncoderSettings {
  const resolved = Object.freeze({ ...(name === 'music' ? MUSIC : SPEECH), ...settings });
  const { channels, frameDurationMs, bitrateBps } = resolved;
  const problems: string[] = [];
  if (channels !== 1 && channels !== 2)
    problems.push(`channels "${String(channels)}" is not 1 or 2`);
  if (![10, 20, 40, 60].includes(frameDurationMs)) {
    problems.push(`frameDurationMs "${frameDurationMs}" is not 10, 20, 40 or 60`);
  }
  if (!(bitrateBps >= MIN_BITRATE_BPS && bitrateBps <= MAX_BITRATE_BPS)) {
    problems.push(`bitrateBps "${bitrateBps}" is not ${MIN_BITRATE_BPS} to ${MAX_BITRATE_BPS}`);
  }
  if (problems.length === 0) return resolved;
  throw clientError(
    'ERR_AUDIO_SETTINGS',
    `source "${name}" cannot be encoded: ${problems.join('; ')}`,
  );
}
