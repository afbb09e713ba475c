import { OpenTalkspurts } from './open-talkspurts.js';

/** While media flows either way, or nothing but this path is left. */
const PING_MS = 1_000;
/** While nothing flows; it also keeps the way through a NAT open. */
const IDLE_PING_MS = 15_000;
/**
 * Inside a talkspurt so long without a packet: a NAT may have forgotten this client, or the port is
 * closed. Short enough that a word goes on within 100 ms where the ping is refused.
 */
const GAP_MS = 70;
/** From then on, and while the path is in doubt. */
const URGENT_PING_MS = 300;
const UNANSWERED_MS = 1_500;

/** `alone`: there is no other path. `doubted`: it may not work. */
export type PingNeed = 'usual' | 'alone' | 'doubted';

/** When a path in use is to be pinged, and since when its pings go unanswered. */
export class PingPace {
  readonly #talkspurts = new OpenTalkspurts();
  #unanswered: number[] = [];
  #lastPingAt = -Infinity;
  #lastMediaAt = -Infinity;
  #lastReceivedAt = -Infinity;
  #usedSince = Infinity;

  /** When the path will have been silent for too long; `Infinity` while no answer is owed. */
  get silentAt(): number {
    return (this.#unanswered[0] ?? Infinity) + UNANSWERED_MS;
  }

  /** As `silentAt`, but voice that comes is a sign of life too. */
  get deafAt(): number {
    return Math.max(this.silentAt, this.#lastReceivedAt + UNANSWERED_MS);
  }

  nextPingAt(need: PingNeed): number {
    if (need === 'doubted') return this.#lastPingAt + URGENT_PING_MS;
    const fast = need === 'alone' || this.#lastMediaAt > this.#lastPingAt;
    const usualAt = this.#lastPingAt + (fast ? PING_MS : IDLE_PING_MS);
    return Math.min(usualAt, this.#nextInGap());
  }

  used(nowMs: number): void {
    this.#usedSince = nowMs;
    this.forgetUnanswered();
  }

  pinged(nowMs: number): void {
    this.#lastPingAt = nowMs;
    this.#unanswered.push(nowMs);
  }

  answered(pingedAtMs: number): void {
    this.#unanswered = this.#unanswered.filter((at) => at > pingedAtMs);
  }

  forgetUnanswered(): void {
    this.#unanswered = [];
  }

  mediaSent(nowMs: number): void {
    this.#lastMediaAt = nowMs;
  }

  mediaReceived(nowMs: number): void {
    this.#lastMediaAt = nowMs;
    this.#lastReceivedAt = nowMs;
  }

  heard(sourceId: string, ended: boolean, nowMs: number): void {
    this.#talkspurts.heard(sourceId, ended, nowMs);
  }

  #nextInGap(): number {
    // Nothing has come this way since it is in use: voice comes by another.
    if (this.#lastReceivedAt < this.#usedSince) return Infinity;
    const gapAt = this.#lastReceivedAt + GAP_MS;
    const at = this.#lastPingAt >= gapAt ? this.#lastPingAt + URGENT_PING_MS : gapAt;
    return at < this.#talkspurts.openUntil ? at : Infinity;
  }
}
