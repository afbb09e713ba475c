import type { Clock } from '../contracts/clock.js';
import type { TalkLine } from './talk-line.js';

/** So long before its end a talker is warned; of a limit that is no longer, at half of it. */
export const ENDING_WARNING_MS = 10_000;

interface TalkLimitEvents {
  readonly ending: (line: TalkLine, inMs: number) => void;
  readonly over: (line: TalkLine) => void;
}

/** The longest transmissions of nets: a timer for each line that talks on a net with a limit. */
export class TalkLimit {
  readonly #clock: Clock;
  readonly #events: TalkLimitEvents;

  constructor(clock: Clock, events: TalkLimitEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /** The line has begun to talk, or its net may have another limit now. */
  arm(line: TalkLine): void {
    line.cancelLimit?.();
    line.cancelLimit = null;
    const { maxTransmissionMs } = line.route.net;
    if (line.status !== 'talking' || maxTransmissionMs === null) return this.disarm(line);
    const nowMs = this.#clock.now();
    const endMs = line.startedMs + maxTransmissionMs;
    if (nowMs >= endMs) return this.#events.over(line);
    const warnMs = endMs - warningBefore(maxTransmissionMs);
    if (line.warnedOfMs !== endMs && nowMs >= warnMs) {
      line.warnedOfMs = endMs;
      this.#events.ending(line, Math.round(endMs - nowMs));
    }
    const nextMs = line.warnedOfMs === endMs ? endMs : warnMs;
    // A timer may be early by a fraction: it is armed again, and not taken at its word.
    line.cancelLimit = this.#clock.after(nextMs - nowMs, () => this.arm(line));
  }

  disarm(line: TalkLine): void {
    line.cancelLimit?.();
    line.cancelLimit = null;
    line.warnedOfMs = null;
  }
}

function warningBefore(limitMs: number): number {
  return limitMs > ENDING_WARNING_MS ? ENDING_WARNING_MS : limitMs / 2;
}
