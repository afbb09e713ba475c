import { createReasonCounters, type Counter, type Metrics } from '@sidetone/core';

/** Why a datagram went no further, in the order in which it is judged. */
const reasons = [
  /** From port 0, to which nothing can be sent. */
  'noPort',
  /** Shorter than its type allows. */
  'truncated',
  /** Longer than its type allows. */
  'oversize',
  /** Not of this protocol. */
  'foreign',
  /** Reserved, or for the server alone to send. */
  'wrongType',
  'unknownConnection',
  /** Too many from one network that has confirmed no address. */
  'sourceLimited',
  'badTag',
  'replayed',
  /** Authenticated, but the body is not what its type promises. */
  'malformed',
  /** A ping from an address that is not confirmed, which gets a challenge and no pong. */
  'unconfirmedAddress',
  /** A probe that asks from an address that is not confirmed, behind a higher number. */
  'overtaken',
  'challengeLimited',
  /** An answer that fits no open challenge to its address. */
  'wrongAnswer',
  /** A true answer, but the session has moved too often within a minute. */
  'moveLimited',
  'pingLimited',
  /** A pong although the server asked nothing, or a challenge, which only the server makes. */
  'unexpected',
  /** The server failed on it; its log has the first cause. */
  'failed',
] as const;

export type DropReason = (typeof reasons)[number];
export type DropCounters = Readonly<Record<DropReason, Counter>>;

/** One counter for each reason, `udp.dropped.<reason>`. */
export function createDropCounters(metrics: Metrics): DropCounters {
  return createReasonCounters(metrics, 'udp.dropped', reasons);
}
