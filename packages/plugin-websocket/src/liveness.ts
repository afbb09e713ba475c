import type { CancelTimer, Clock } from '@sidetone/core';

/** docs/protocol/control.md: three misses are the end, within 8 s of the last sign. */
export const IN_VOICE_PERIOD_MS = 2_000;
export const IDLE_PERIOD_MS = 15_000;
const MAX_MISSES = 3;
/** The third ping gets less than a period, so that the end comes within four, on a busy machine too. */
const LAST_ANSWER_PERIODS = 0.75;

interface LivenessParts {
  readonly clock: Clock;
  readonly ping: () => void;
  /** Called once; the watch is over then. */
  readonly silent: () => void;
}

/** Pings the other side and notices when it has gone without a word, as half-open connections do. */
export class Liveness {
  readonly #parts: LivenessParts;
  #unanswered = 0;
  #periodMs = IDLE_PERIOD_MS;
  #cancel: CancelTimer;
  #cancelLast: CancelTimer = () => {};

  constructor(parts: LivenessParts) {
    this.#parts = parts;
    this.#cancel = this.#watch();
  }

  /** Anything came: it lives. */
  sign(): void {
    this.#unanswered = 0;
  }

  setInVoice(inVoice: boolean): void {
    const periodMs = inVoice ? IN_VOICE_PERIOD_MS : IDLE_PERIOD_MS;
    if (periodMs === this.#periodMs) return;
    this.#periodMs = periodMs;
    this.#cancel();
    this.#cancel = this.#watch();
  }

  stop(): void {
    this.#cancel();
    this.#cancelLast();
  }

  #watch(): CancelTimer {
    return this.#parts.clock.every(this.#periodMs, () => this.#turn());
  }

  #turn(): void {
    this.#unanswered += 1;
    this.#parts.ping();
    if (this.#unanswered < MAX_MISSES) return;
    this.#cancelLast();
    this.#cancelLast = this.#parts.clock.after(this.#periodMs * LAST_ANSWER_PERIODS, () => {
      if (this.#unanswered < MAX_MISSES) return;
      this.stop();
      this.#parts.silent();
    });
  }
}
