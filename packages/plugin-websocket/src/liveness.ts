import type { CancelTimer, Clock } from '@sidetone/core';

/** docs/protocol/control.md: three misses are the end, 8 s after the last sign at the latest. */
export const IN_VOICE_PERIOD_MS = 2_000;
export const IDLE_PERIOD_MS = 15_000;
const MAX_MISSES = 3;

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
  }

  #watch(): CancelTimer {
    return this.#parts.clock.every(this.#periodMs, () => this.#turn());
  }

  #turn(): void {
    if (this.#unanswered >= MAX_MISSES) {
      this.stop();
      this.#parts.silent();
      return;
    }
    this.#unanswered += 1;
    this.#parts.ping();
  }
}
