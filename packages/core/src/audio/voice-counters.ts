import type { Counter, Metrics } from '../contracts/metrics.js';

/** Why a frame was not forwarded, in the order in which it is judged. */
export const dropReasons = [
  'malformed',
  'unknownPath',
  'unknownSession',
  'unknownHandle',
  'overBudget',
  'foreignSender',
  'unknownEpoch',
  'replayed',
  'notAllowed',
  'untilRelease',
  'repeatedEnd',
  'floorRefused',
  'transportFailed',
] as const;
export type DropReason = (typeof dropReasons)[number];

/** The counters of the packet path, looked up once. */
export interface VoiceCounters {
  readonly received: Counter;
  /** Frames times listeners. */
  readonly forwarded: Counter;
  readonly dropped: Readonly<Record<DropReason, Counter>>;
}

export function createVoiceCounters(metrics: Metrics): VoiceCounters {
  const dropped = Object.fromEntries(
    dropReasons.map((reason) => [reason, metrics.counter('voice.dropped', reason)]),
  ) as Record<DropReason, Counter>;
  return {
    received: metrics.counter('voice.received'),
    forwarded: metrics.counter('voice.forwarded'),
    dropped,
  };
}
