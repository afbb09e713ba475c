import { WaitingRing } from './waiting-ring.js';

export interface SendClockOptions {
  /** Media time that may wait, and the longest wait of a frame. Default 100 ms. */
  readonly ringMs?: number;
}

/** A ping is due this long after the one before, while voice flows. */
export const VOICE_PING_INTERVAL_MS = 100;

/** The oldest unanswered ping may always be this old before voice has to wait. */
export const MIN_STALL_MS = 300;

/**
 * The oldest unanswered ping may never be older. Without this bound the rule chases its own tail: a
 * path a little too slow for its voice lengthens the round trip, which lengthens what is allowed.
 */
export const MAX_STALL_MS = 1000;

const STALL_RTTS = 3;
/** Weight of a new sample in the smoothed round trip time, as in RFC 6298 section 2.3. */
const RTT_GAIN = 1 / 8;
const MAX_U32 = 0xffff_ffff;

interface UnansweredPing {
  readonly id: number;
  readonly sentAt: number;
}

/**
 * Keeps voice on a WebSocket from lagging. TCP takes megabytes before the program sees
 * back-pressure, so pings measure how far the other side has read: while the oldest unanswered one
 * is older than 3 x smoothed RTT, at least 300 ms and at most 1 s, frames wait in a short ring instead of behind
 * seconds of voice that nobody wants any more.
 *
 * Knows no clock and no socket: every call is given the time, in ms of one monotonic clock.
 */
export class SendClock<T> {
  readonly #ring: WaitingRing<T>;
  readonly #unanswered: UnansweredPing[] = [];
  #nextPingId = 0;
  #lastPingAt = -Infinity;
  #voiceSincePing = false;
  #rttMs: number | null = null;

  constructor(options: SendClockOptions = {}) {
    this.#ring = new WaitingRing(options.ringMs ?? 100);
  }

  /** Smoothed round trip time; `null` before the first pong. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  /** Frames that waited in vain, since the start. */
  get dropped(): number {
    return this.#ring.dropped;
  }

  /** Frames that wait now. */
  get waiting(): number {
    return this.#ring.length;
  }

  /** Whether the other side reads fast enough for voice to be sent at once. */
  maySend(nowMs: number): boolean {
    const oldest = this.#unanswered[0];
    if (oldest === undefined) return true;
    return nowMs - oldest.sentAt <= this.#stallMs();
  }

  #stallMs(): number {
    const byRttMs = STALL_RTTS * (this.#rttMs ?? 0);
    return Math.min(Math.max(MIN_STALL_MS, byRttMs), MAX_STALL_MS);
  }

  /**
   * Asks what to do with a frame: `send` it now, or it is `held` until a pong frees it, or until it
   * is dropped (the lowest priority first, within it the oldest; this frame itself may be the one).
   *
   * @param priority a higher number is more important
   * @param durationMs media time of the frame
   */
  offer(frame: T, priority: number, nowMs: number, durationMs = 20): 'send' | 'held' {
    this.#voiceSincePing = true;
    if (this.#ring.length === 0 && this.maySend(nowMs)) return 'send';
    this.#ring.push({ frame, priority, durationMs, heldAt: nowMs });
    return 'held';
  }

  /**
   * The id of the ping to send now, which counts as sent, or `null`. Due every 100 ms while voice
   * flows; none while voice waits, because the answers to those under way tell as much. Call it
   * after each `offer`, or on a timer.
   */
  pingDue(nowMs: number): number | null {
    if (!this.#voiceSincePing || !this.maySend(nowMs)) return null;
    if (nowMs - this.#lastPingAt < VOICE_PING_INTERVAL_MS) return null;
    const id = this.#nextPingId;
    this.#nextPingId = id === MAX_U32 ? 0 : id + 1;
    this.#unanswered.push({ id, sentAt: nowMs });
    this.#lastPingAt = nowMs;
    this.#voiceSincePing = false;
    return id;
  }

  /**
   * Takes a pong and returns the frames to send now, oldest first. The stream is ordered, so a pong
   * answers all pings before it too; one that answers nothing (an unknown id, a repetition) changes
   * nothing.
   */
  pong(id: number, nowMs: number): T[] {
    const index = this.#unanswered.findIndex((ping) => ping.id === id);
    const answered = this.#unanswered[index];
    if (answered === undefined) return [];
    this.#unanswered.splice(0, index + 1);
    const sampleMs = Math.max(0, nowMs - answered.sentAt);
    this.#rttMs =
      this.#rttMs === null ? sampleMs : this.#rttMs + RTT_GAIN * (sampleMs - this.#rttMs);
    return this.maySend(nowMs) ? this.#ring.drain(nowMs) : [];
  }
}
