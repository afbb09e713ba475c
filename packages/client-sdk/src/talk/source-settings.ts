import type { EncoderSettings, FrameDurationMs } from '@sidetone/protocol';
import {
  isProfileName,
  PROFILES,
  type Profile,
  type ProfileName,
} from '../codec-policy/profile.js';
import { clientError } from '../error/client-error.js';

/** What matters more: sound that survives the network, or that it comes at once. */
export type Latency = 'normal' | 'low';

/** How a source is encoded; what is left out is that of its profile. */
export interface SourceSettings extends Partial<EncoderSettings> {
  /** Default `voice`, and `music` for the source of that name. */
  readonly profile?: ProfileName;
  /** Whether it follows the network. Default: that of the profile, true for speech. */
  readonly adaptive?: boolean;
}

export interface ResolvedSourceSettings {
  readonly encoder: EncoderSettings;
  readonly adaptive: boolean;
}

/** The source used where none is named. */
export const DEFAULT_SOURCE = 'microphone';

/** The shortest frames that the wire knows. */
const LOW_LATENCY_FRAME_MS = 10;
/** Longer ones are the point of their profile. */
const LOW_LATENCY_FROM_MS = 20;
const MIN_BITRATE_BPS = 6_000;
const MAX_BITRATE_BPS = 510_000;

/**
 * Settings of one source. Throws `ERR_AUDIO_SETTINGS`.
 * @param latency with `low`, speech goes in frames of 10 ms where its settings name no duration
 */
export function resolveSourceSettings(
  name: string,
  settings: SourceSettings = {},
  latency: Latency = 'normal',
): ResolvedSourceSettings {
  const { profile: named, adaptive, ...encoder } = settings;
  const profileName = named ?? (name === 'music' ? 'music' : 'voice');
  const isProfile = isProfileName(profileName);
  const profile = PROFILES[isProfile ? profileName : 'voice'];
  const resolved = Object.freeze({
    ...profile.encoder,
    frameDurationMs: latency === 'low' ? quickFrameMs(profile) : profile.encoder.frameDurationMs,
    ...encoder,
  });
  const problems = isProfile ? [] : [`profile "${String(profileName)}" is none`];
  problems.push(...encoderProblems(resolved));
  if (problems.length === 0) {
    return Object.freeze({ encoder: resolved, adaptive: adaptive ?? profile.adaptive });
  }
  throw clientError(
    'ERR_AUDIO_SETTINGS',
    `source "${name}" cannot be encoded: ${problems.join('; ')}`,
  );
}

function quickFrameMs({ encoder, adaptive }: Profile): FrameDurationMs {
  const isQuick = adaptive && encoder.frameDurationMs === LOW_LATENCY_FROM_MS;
  return isQuick ? LOW_LATENCY_FRAME_MS : encoder.frameDurationMs;
}

function encoderProblems({ channels, frameDurationMs, bitrateBps }: EncoderSettings): string[] {
  const problems: string[] = [];
  if (channels !== 1 && channels !== 2)
    problems.push(`channels "${String(channels)}" is not 1 or 2`);
  if (![10, 20, 40, 60].includes(frameDurationMs)) {
    problems.push(`frameDurationMs "${frameDurationMs}" is not 10, 20, 40 or 60`);
  }
  if (!(bitrateBps >= MIN_BITRATE_BPS && bitrateBps <= MAX_BITRATE_BPS)) {
    problems.push(`bitrateBps "${bitrateBps}" is not ${MIN_BITRATE_BPS} to ${MAX_BITRATE_BPS}`);
  }
  return problems;
}
