import type { CancelTimer, Clock } from '@sidetone/core';
import { optionError, testkitError } from '../error/error-codes.js';

/**
 * A clock that stands still until the test moves it. Timers fire inside `advance`, in the order of
 * their due moments and among equals in the order they were armed; timers armed by a firing timer
 * take part. While one fires, `now()` is exactly its due moment.
 */
export interface FakeClock extends Clock {
  /**
   * Moves time forward by `ms` and fires what falls due on the way, all in this turn. A timer that
   * throws ends the call with its error; time stays at that timer's moment.
   */
  advance(ms: number): void;
  /**
   * As `advance`, with a {@link settle} before the first, after each and after the last timer, so
   * that code which awaits between its timers comes along.
   */
  advanceAsync(ms: number): Promise<void>;
  /**
   * Lets what is ready run while time stands: all microtasks, and immediates up to three deep. It
   * waits for no socket, file or thread; use `waitFor` for those.
   */
  settle(): Promise<void>;
  /** Moves the wall clock alone, back or forth, as an administrator or NTP would. */
  shiftWallTime(byMs: number): void;
  /** Timers that are armed. Not 0 at the end of a test: somebody forgot to cancel. */
  readonly pending: number;
}

interface Timer {
  readonly fire: () => void;
  readonly periodMs: number | null;
  dueMs: number;
}

/** 2026-01-01T00:00:00Z: a plain moment, so that a date in a failed test is recognised as fake. */
const WALL_TIME_AT_ZERO = Date.UTC(2026, 0, 1);

/** A timer that arms itself anew without delay would keep `advance` busy for ever. */
const MAX_FIRED_AT_ONE_MOMENT = 100_000;

/**
 * Makes a {@link FakeClock}.
 * @param startMs what `now()` says at first, 0 by default; `wallTime()` is then 2026-01-01 UTC plus
 * the same
 */
export function createFakeClock(startMs = 0): FakeClock {
  requireFinite('startMs', startMs);
  return new SteppedClock(startMs);
}

class SteppedClock implements FakeClock {
  // A set keeps the order of arming, which decides among timers due at one moment.
  readonly #timers = new Set<Timer>();
  #nowMs: number;
  #wallOffsetMs = WALL_TIME_AT_ZERO;
  #advancing = false;
  #firedAtThisMoment = 0;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  wallTime(): number {
    return this.#wallOffsetMs + this.#nowMs;
  }

  shiftWallTime(byMs: number): void {
    requireFinite('byMs', byMs);
    this.#wallOffsetMs += byMs;
  }

  after(delayMs: number, fire: () => void): CancelTimer {
    requireFinite('delayMs', delayMs);
    return this.#arm({ fire, periodMs: null, dueMs: this.#nowMs + Math.max(0, delayMs) });
  }

  every(periodMs: number, fire: () => void): CancelTimer {
    requireFinite('periodMs', periodMs);
    if (periodMs <= 0) throw optionError('periodMs', periodMs, 'give a period above 0');
    return this.#arm({ fire, periodMs, dueMs: this.#nowMs + periodMs });
  }

  advance(ms: number): void {
    const untilMs = this.#begin(ms);
    try {
      for (let timer = this.#next(untilMs); timer; timer = this.#next(untilMs)) this.#fire(timer);
      this.#moveTo(untilMs);
    } finally {
      this.#advancing = false;
    }
  }

  async advanceAsync(ms: number): Promise<void> {
    const untilMs = this.#begin(ms);
    try {
      await this.settle();
      for (let timer = this.#next(untilMs); timer; timer = this.#next(untilMs)) {
        this.#fire(timer);
        await this.settle();
      }
      this.#moveTo(untilMs);
      await this.settle();
    } finally {
      this.#advancing = false;
    }
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #arm(timer: Timer): CancelTimer {
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  #begin(ms: number): number {
    requireFinite('ms', ms);
    if (ms < 0) throw optionError('ms', ms, 'time only moves forward');
    if (this.#advancing) {
      throw testkitError(
        'ERR_TESTKIT_CLOCK_BUSY',
        'the clock is advancing already: do not advance it from a timer, and await advanceAsync',
      );
    }
    this.#advancing = true;
    return this.#nowMs + ms;
  }

  #next(untilMs: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.dueMs <= untilMs && (next === null || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }

  #fire(timer: Timer): void {
    this.#moveTo(timer.dueMs);
    this.#firedAtThisMoment += 1;
    if (this.#firedAtThisMoment > MAX_FIRED_AT_ONE_MOMENT) {
      throw testkitError(
        'ERR_TESTKIT_CLOCK_STUCK',
        `"${MAX_FIRED_AT_ONE_MOMENT}" timers fired at ${this.#nowMs} ms: one arms itself without delay`,
      );
    }
    this.#timers.delete(timer);
    if (timer.periodMs !== null) {
      // Armed again before it fires, so that it can cancel itself from inside.
      timer.dueMs += timer.periodMs;
      this.#timers.add(timer);
    }
    timer.fire();
  }

  #moveTo(ms: number): void {
    if (ms <= this.#nowMs) return;
    this.#nowMs = ms;
    this.#firedAtThisMoment = 0;
  }
}

function requireFinite(name: string, ms: number): void {
  // A real timer would take these for 1 ms; in a test it has to show.
  if (!Number.isFinite(ms)) throw optionError(name, ms, 'give a finite number of milliseconds');
}
