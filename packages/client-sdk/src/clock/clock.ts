/** Stops a timer; idempotent, also after it fired. */
export type CancelTimer = () => void;

/**
 * The only source of time in the SDK, so that tests own it. Monotonic: it never jumps with the wall
 * clock. Timers do not keep a process alive by themselves; the open connection does.
 */
export interface Clock {
  /** Milliseconds since an arbitrary start, with fractions. */
  now(): number;
  /** Calls `fire` once, at least `delayMs` from now. */
  after(delayMs: number, fire: () => void): CancelTimer;
  /** Calls `fire` each `periodMs` until cancelled. */
  every(periodMs: number, fire: () => void): CancelTimer;
}
