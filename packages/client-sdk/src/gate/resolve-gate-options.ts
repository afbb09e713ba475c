import { clientError } from '../error/client-error.js';
import type { TalkGateOptions } from './talk-gate.js';
import type { TalkHintOptions } from './talk-hints.js';

/** When the voice opens a base set that is `voiceActivated`. */
export interface VoiceGateSettings {
  /** dBFS of RMS that opens, -80 to -10; default -45. */
  readonly openDbfs?: number;
  /** It closes so many dB below that, 0-20; default 6. */
  readonly hysteresisDb?: number;
  /** And so long after the last voice, 100-1,000; default 250. */
  readonly hangoverMs?: number;
  /** Where frames come with a probability of speech it counts in place of the level; default 0.85. */
  readonly openProbability?: number;
  /** Default 0.6; at most `openProbability`. */
  readonly closeProbability?: number;
}

/** Sending without a word, by a key or by what was taken for voice; an open base set is left alone. */
export interface HotMicSettings {
  /** Until `hotMicNoticed`; default 8,000; `null` for never. */
  readonly hintMs?: number | null;
  /** Until the gate closes with `hotMicStopped`; default 20,000; `null` for never. */
  readonly stopMs?: number | null;
}

export interface GateSettings {
  /** A key goes on talking so long after its release, 0-2,000; default 150. */
  readonly releaseTailMs?: number;
  /** What was captured so long before a press is sent, too, 0-200; default 60. */
  readonly preRollMs?: number;
  readonly voice?: VoiceGateSettings;
  readonly hotMic?: HotMicSettings;
}

export interface ResolvedGateOptions {
  readonly gate: TalkGateOptions;
  readonly hints: TalkHintOptions;
}

const RANGES = {
  releaseTailMs: [0, 2_000],
  preRollMs: [0, 200],
  'voice.openDbfs': [-80, -10],
  'voice.hysteresisDb': [0, 20],
  'voice.hangoverMs': [100, 1_000],
  'voice.openProbability': [0, 1],
  'voice.closeProbability': [0, 1],
  'hotMic.hintMs': [1_000, 3_600_000],
  'hotMic.stopMs': [1_000, 3_600_000],
} as const;

/** Throws `ERR_CLIENT_KEYBOARD`. */
export function resolveGateOptions(settings: GateSettings = {}): ResolvedGateOptions {
  const { releaseTailMs = 150, preRollMs = 60, voice = {}, hotMic = {} } = settings;
  const { openDbfs = -45, hysteresisDb = 6, hangoverMs = 250 } = voice;
  const { openProbability = 0.85, closeProbability = 0.6 } = voice;
  const { hintMs: hotMicHintMs = 8_000, stopMs: hotMicStopMs = 20_000 } = hotMic;
  const problems = problemsOf({
    releaseTailMs,
    preRollMs,
    'voice.openDbfs': openDbfs,
    'voice.hysteresisDb': hysteresisDb,
    'voice.hangoverMs': hangoverMs,
    'voice.openProbability': openProbability,
    'voice.closeProbability': closeProbability,
    'hotMic.hintMs': hotMicHintMs,
    'hotMic.stopMs': hotMicStopMs,
  });
  if (closeProbability > openProbability) {
    problems.push(`voice.closeProbability "${closeProbability}" is above openProbability`);
  }
  if (problems.length > 0) {
    throw clientError('ERR_CLIENT_KEYBOARD', `the keyboard cannot be made: ${problems.join('; ')}`);
  }
  const activity = { openDbfs, hysteresisDb, hangoverMs, openProbability, closeProbability };
  return Object.freeze({
    gate: Object.freeze({ releaseTailMs, preRollMs, voice: Object.freeze(activity) }),
    hints: Object.freeze({ hotMicHintMs, hotMicStopMs }),
  });
}

function problemsOf(values: Record<keyof typeof RANGES, number | null>): string[] {
  return (Object.keys(RANGES) as (keyof typeof RANGES)[]).flatMap((name) => {
    const [min, max] = RANGES[name];
    const value = values[name];
    if (value === null && name.startsWith('hotMic.')) return [];
    if (typeof value === 'number' && value >= min && value <= max) return [];
    return [`${name} "${String(value)}" is not ${min} to ${max}`];
  });
}
