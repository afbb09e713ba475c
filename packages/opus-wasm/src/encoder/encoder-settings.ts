import type { EncoderAdjustment, EncoderSettings } from '@sidetone/protocol';
import { settingsError } from '../settings-error.js';

export type ResolvedEncoderSettings = Readonly<Required<EncoderSettings>>;

/** What a codec chooses where the settings of an encoder say nothing. */
export interface EncoderDefaults {
  readonly complexity: number;
  readonly variableBitrate: boolean;
}

const FRAME_DURATIONS_MS: readonly number[] = [10, 20, 40, 60];
const APPLICATIONS: readonly string[] = ['voice', 'audio'];
const SIGNALS: readonly string[] = ['auto', 'voice', 'music'];
const MIN_BITRATE_BPS = 6_000;
const MAX_BITRATE_BPS = 510_000;
const MAX_LOSS_PERCENT = 30;
const MAX_COMPLEXITY = 10;
const DEFAULT_LOSS_PERCENT = 10;

/** Throws one `ERR_CODEC_SETTINGS` naming every setting that libopus would refuse or abort on. */
export function resolveEncoderSettings(
  settings: EncoderSettings,
  defaults: EncoderDefaults,
): ResolvedEncoderSettings {
  const resolved: ResolvedEncoderSettings = Object.freeze({
    ...settings,
    fec: settings.fec ?? settings.application === 'voice',
    expectedLossPercent: settings.expectedLossPercent ?? DEFAULT_LOSS_PERCENT,
    complexity: settings.complexity ?? defaults.complexity,
    signal: settings.signal ?? 'auto',
    variableBitrate: settings.variableBitrate ?? defaults.variableBitrate,
  });
  const problems = [...shapeProblems(resolved), ...adjustmentProblems(resolved)];
  if (problems.length > 0) throw settingsError('encoder', problems);
  return resolved;
}

/** The settings after the adjustment. Throws `ERR_CODEC_SETTINGS`. */
export function adjustEncoderSettings(
  settings: ResolvedEncoderSettings,
  { bitrateBps, expectedLossPercent }: EncoderAdjustment,
): ResolvedEncoderSettings {
  const adjusted = Object.freeze({
    ...settings,
    bitrateBps: bitrateBps ?? settings.bitrateBps,
    expectedLossPercent: expectedLossPercent ?? settings.expectedLossPercent,
  });
  const problems = adjustmentProblems(adjusted);
  if (problems.length > 0) throw settingsError('encoder', problems);
  return adjusted;
}

/** An integer 0-10, or what is wrong with it. */
export function complexityProblems(complexity: unknown): string[] {
  return isInteger(complexity, 0, MAX_COMPLEXITY)
    ? []
    : [`complexity "${String(complexity)}" must be an integer from 0 to 10`];
}

export function booleanProblems(name: string, value: unknown): string[] {
  return typeof value === 'boolean' ? [] : [`${name} "${String(value)}" must be true or false`];
}

function shapeProblems(settings: ResolvedEncoderSettings): string[] {
  const { channels, frameDurationMs, application, signal } = settings;
  const problems: string[] = [];
  if (!isInteger(channels, 1, 2)) {
    problems.push(`channels "${String(channels)}" must be 1 (mono) or 2 (stereo)`);
  }
  if (!FRAME_DURATIONS_MS.includes(frameDurationMs)) {
    problems.push(`frameDurationMs "${String(frameDurationMs)}" must be 10, 20, 40 or 60`);
  }
  if (!APPLICATIONS.includes(application)) {
    problems.push(`application "${String(application)}" must be "voice" or "audio"`);
  }
  if (!SIGNALS.includes(signal)) {
    problems.push(`signal "${String(signal)}" must be "auto", "voice" or "music"`);
  }
  return [
    ...problems,
    ...complexityProblems(settings.complexity),
    ...booleanProblems('fec', settings.fec),
    ...booleanProblems('variableBitrate', settings.variableBitrate),
  ];
}

function adjustmentProblems({ bitrateBps, expectedLossPercent }: EncoderAdjustment): string[] {
  const problems: string[] = [];
  if (!isInteger(bitrateBps, MIN_BITRATE_BPS, MAX_BITRATE_BPS)) {
    problems.push(`bitrateBps "${String(bitrateBps)}" must be an integer from 6000 to 510000`);
  }
  if (!isInteger(expectedLossPercent, 0, MAX_LOSS_PERCENT)) {
    problems.push(
      `expectedLossPercent "${String(expectedLossPercent)}" must be an integer from 0 to 30`,
    );
  }
  return problems;
}

function isInteger(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}
