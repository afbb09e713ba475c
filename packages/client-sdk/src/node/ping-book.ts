import type { CancelTimer, Clock } from '../clock/clock.js';

const CHECK_PERIOD_MS = 1_000;
/** While no media flows; it also keeps the way through a NAT open. */
const IDLE_PERIOD_MS = 15_000;
/** An unanswered ping is of no use after so long. */
const FORGET_AFTER_MS = 10_000;
const RTT_GAIN = 1 / 8;
const MAX_ID = 0xffff_ffff;

/** Decides when a ping is due on a path, each second while media flows, and keeps the round trip time. */
export class PingBook {
  readonly #clock: Clock;
  readonly #send: (id: number) => void;
  readonly #sentAt = new Map<number, number>();
  #cancel: CancelTimer | null = null;
  #nextId = 0;
  #lastPingAt = -Infinity;
  #mediaFlowed = false;
  #rttMs: number | null = null;

  constructor(clock: Clock, send: (id: number) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Smoothed as in RFC 6298 section 2.3; `null` before the first answer. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  start(): void {
    this.#cancel ??= this.#clock.every(CHECK_PERIOD_MS, () => this.#check());
  }

  mediaFlowed(): void {
    this.#mediaFlowed = true;
  }

  /** Whether it answers a ping of ours. */
  pong(id: number): boolean {
    const sentAt = this.#sentAt.get(id);
    if (sentAt === undefined) return false;
    this.#sentAt.delete(id);
    const sampleMs = this.#clock.now() - sentAt;
    const rttMs = this.#rttMs ?? sampleMs;
    this.#rttMs = rttMs + RTT_GAIN * (sampleMs - rttMs);
    return true;
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #check(): void {
    if (this.#mediaFlowed || this.#clock.now() - this.#lastPingAt >= IDLE_PERIOD_MS) this.ping();
  }

  /** Out of turn. */
  ping(): void {
    const now = this.#clock.now();
    for (const [id, sentAt] of this.#sentAt) {
      if (now - sentAt > FORGET_AFTER_MS) this.#sentAt.delete(id);
    }
    this.#mediaFlowed = false;
    this.#lastPingAt = now;
    this.#sentAt.set(this.#nextId, now);
    this.#send(this.#nextId);
    this.#nextId = this.#nextId === MAX_ID ? 0 : this.#nextId + 1;
  }
}
