const PINGS = 5;
const PING_PERIOD_MS = 1_000;
const DURATION_MS = 5_000;

/** Five pings within five seconds, all answered, bring a path back that had failed. */
export class ReturnTrial {
  readonly #startedAt: number;
  readonly #unanswered = new Set<number>();
  #sent = 0;

  constructor(nowMs: number) {
    this.#startedAt = nowMs;
  }

  get nextPingAt(): number {
    return this.#sent < PINGS ? this.#startedAt + this.#sent * PING_PERIOD_MS : Infinity;
  }

  get overAt(): number {
    return this.#startedAt + DURATION_MS;
  }

  get passed(): boolean {
    return this.#sent === PINGS && this.#unanswered.size === 0;
  }

  pinged(nowMs: number): void {
    this.#sent += 1;
    this.#unanswered.add(nowMs);
  }

  answered(pingedAtMs: number): void {
    this.#unanswered.delete(pingedAtMs);
  }
}
