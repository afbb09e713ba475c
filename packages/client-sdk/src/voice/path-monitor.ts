import { LossWindow, type PathLoss } from './loss-window.js';
import type { PathPong, VoicePath } from './voice-path.js';

const RTT_GAIN = 1 / 8;
const ID_RANGE = 2 ** 32;
/** At one ping each 300 ms more than a minute; who answers so late has not answered. */
const MAX_UNANSWERED = 256;

interface SentPing {
  readonly sentAt: number;
  readonly mediaSent: number;
}

/** What the pings of one path tell: its round trip time, what gets lost, and since when it is silent. */
export class PathMonitor {
  readonly #window = new LossWindow();
  readonly #unanswered = new Map<number, SentPing>();
  #nextId: number;
  #rttMs: number | null = null;

  /** @param firstId where something else numbers pings on the same path, a number far from its own */
  constructor(firstId = 0) {
    this.#nextId = firstId;
  }

  /** Smoothed as in RFC 6298 section 2.3; `null` before the first answer. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  /** When the first ping went out that the newest pong does not answer. */
  get unansweredSince(): number | null {
    for (const { sentAt } of this.#unanswered.values()) return sentAt;
    return null;
  }

  ping(path: Pick<VoicePath, 'ping'>, nowMs: number): void {
    const id = this.#nextId;
    this.#nextId = (id + 1) % ID_RANGE;
    this.#unanswered.set(id, { sentAt: nowMs, mediaSent: path.ping(id) });
    const oldest = this.#unanswered.keys().next();
    if (this.#unanswered.size > MAX_UNANSWERED && !oldest.done) {
      this.#unanswered.delete(oldest.value);
    }
  }

  /**
   * When the ping it answers was sent; `null` for an answer to nothing. It stands for those before
   * it too: a ping that was lost while later ones are answered does not make a path silent.
   */
  pong(pong: PathPong, nowMs: number): number | null {
    const ping = this.#unanswered.get(pong.id);
    if (!ping) return null;
    for (const id of [...this.#unanswered.keys()]) {
      this.#unanswered.delete(id);
      if (id === pong.id) break;
    }
    const sampleMs = nowMs - ping.sentAt;
    const rttMs = this.#rttMs ?? sampleMs;
    this.#rttMs = rttMs + RTT_GAIN * (sampleMs - rttMs);
    this.#window.add({
      at: nowMs,
      sent: ping.mediaSent,
      arrivedThere: pong.mediaReceived,
      sentThere: pong.mediaSent,
      arrived: pong.mediaReceivedHere,
    });
    return ping.sentAt;
  }

  /** Over about the last `windowMs` before the newest pong. */
  loss(windowMs: number): PathLoss {
    return this.#window.loss(windowMs);
  }

  /** When the newest pong came. */
  get measuredAt(): number {
    return this.#window.newestAt;
  }
}
