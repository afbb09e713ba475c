import { createToken, type Token } from '../token.js';

/** Stops a timer; idempotent, also after it fired. */
export type CancelTimer = () => void;

/**
 * The only source of time in core and plugins, so that tests own it. Monotonic: it never jumps
 * with the wall clock. Timers do not keep the process alive by themselves.
 */
export interface Clock {
  /** Milliseconds since an arbitrary start, with fractions. */
  now(): number;
  /** Wall-clock time for people and logs, in milliseconds of the Unix epoch. */
  wallTime(): number;
  /** Calls `fire` once, at least `delayMs` from now. */
  after(delayMs: number, fire: () => void): CancelTimer;
  /** Calls `fire` each `periodMs` until cancelled. */
  every(periodMs: number, fire: () => void): CancelTimer;
}

export const Clock: Token<Clock> = createToken('Clock');
