import { createReasonCounters, type Counter, type Metrics } from '@sidetone/core';

/** Why a binary message, in or out, went no further. */
const reasons = [
  /** Came before the connection signed in or after its session ended. */
  'noSession',
  /** First octet of no message of this protocol, or no octet at all. */
  'unknownType',
  /** For the server alone to send. */
  'wrongType',
  'malformed',
  'pingLimited',
  /** The listener reads too slowly; waited in vain. */
  'stalled',
  /** Too much of everything waits for the listener. */
  'queueFull',
] as const;

export type DropReason = (typeof reasons)[number];
export type DropCounters = Readonly<Record<DropReason, Counter>>;

/** One counter for each reason, `websocket.dropped.<reason>`. */
export function createDropCounters(metrics: Metrics): DropCounters {
  return createReasonCounters(metrics, 'websocket.dropped', reasons);
}
