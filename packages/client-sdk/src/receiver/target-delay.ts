import { DelayBase } from './delay-base.js';
import { isHurried } from './receiver-options.js';
import { PeakHistogram } from './peak-histogram.js';
import { SeqMarks } from './seq-marks.js';

const WINDOW_MS = 500;
/** Windows wait so many others before they are judged: by then it is clear whether the base moved. */
const PENDING_WINDOWS = 4;
const REMEMBERED_FRAMES = 256;
/**
 * A frame of its own sounds better than its copy in a later packet, and is worth so much delay; and
 * above what was enough in nearly every half second there is room of so many frames, as the latest
 * frame of the next one may be later still.
 */
const UNHURRIED = { ownPacketWorthMs: 60, headroomFrames: 0.5, quantile: 0.95 } as const;
/**
 * Who asks for less delay than error correction needs with the usual frames has little of both, and
 * is not kept waiting for ten seconds by one frame of a program that got its turn late.
 */
const HURRIED = { ownPacketWorthMs: 20, headroomFrames: 0, quantile: 0.85 } as const;
const MAX_HEADROOM_MS = 10;
/** How far a single late frame pulls the target up. */
const ATTACK = 0.5;
/** What is left of that after each window. */
const ATTACK_LEFT = 0.8;

interface Window {
  /** Latest availability in it, minus media time. */
  relativePeakMs: number;
  /** The base when it ended. */
  baseMs: number;
}

/**
 * How far playing should stay behind the fastest packet, so that frames are there in time: as
 * packets of their own, out of the packet after them, or as copies.
 */
export class TargetDelay {
  readonly #floorMs: number;
  readonly #ceilingMs: number;
  readonly #patience: typeof UNHURRIED | typeof HURRIED;
  readonly #base = new DelayBase();
  readonly #histogram: PeakHistogram;
  /** Since when a frame can be played, minus its media time. */
  readonly #available = new SeqMarks(REMEMBERED_FRAMES);
  readonly #pending: readonly Window[] = Array.from({ length: PENDING_WINDOWS }, () => ({
    relativePeakMs: -Infinity,
    baseMs: 0,
  }));
  #pendingAt = 0;
  #windowMs = 0;
  #relativePeakMs = -Infinity;
  #headroomMs = 0;
  #attackMs: number;
  #ms: number;

  constructor(floorMs: number, ceilingMs: number, initialMs: number) {
    this.#floorMs = floorMs;
    this.#ceilingMs = ceilingMs;
    this.#patience = isHurried(floorMs) ? HURRIED : UNHURRIED;
    this.#histogram = new PeakHistogram(this.#patience.quantile);
    this.#attackMs = initialMs;
    this.#ms = initialMs;
  }

  get ms(): number {
    return this.#ms;
  }

  get baseMs(): number {
    return this.#base.ms;
  }

  /** A packet came; called once for each, before `frameAvailable`. */
  packetArrived(mediaMs: number, durationMs: number, nowMs: number): void {
    const before = this.#base.ms;
    this.#base.observe(nowMs - mediaMs, nowMs);
    // What was late against a base that is gone is not late any more.
    const risenMs = this.#base.ms - before;
    if (risenMs > 0) this.#attackMs -= risenMs;
    this.#headroomMs = Math.min(MAX_HEADROOM_MS, this.#patience.headroomFrames * durationMs);
    this.#windowMs += durationMs;
    if (this.#windowMs >= WINDOW_MS) this.#endWindow();
  }

  /** @param own false for a frame that came inside of another one's packet */
  frameAvailable(seq: number, mediaMs: number, nowMs: number, own: boolean): void {
    const relativeMs = nowMs - mediaMs;
    if (this.#available.has(seq)) {
      const laterMs = relativeMs - this.#available.get(seq);
      if (!own || laterMs > this.#patience.ownPacketWorthMs) return;
    } else {
      this.#available.set(seq, relativeMs);
    }
    if (relativeMs > this.#relativePeakMs) this.#relativePeakMs = relativeMs;
    const delayMs = relativeMs - this.#base.ms;
    if (delayMs <= this.#ms) return;
    this.#attackMs = this.#ms + ATTACK * (delayMs - this.#ms);
    this.#settle();
  }

  #endWindow(): void {
    this.#windowMs = 0;
    const window = this.#pending[this.#pendingAt];
    if (!window) return;
    this.#pendingAt = (this.#pendingAt + 1) % PENDING_WINDOWS;
    if (window.relativePeakMs > -Infinity) {
      this.#histogram.add(window.relativePeakMs - Math.max(window.baseMs, this.#base.ms));
    }
    window.relativePeakMs = this.#relativePeakMs;
    window.baseMs = this.#base.ms;
    this.#relativePeakMs = -Infinity;
    this.#attackMs *= ATTACK_LEFT;
    this.#settle();
  }

  #settle(): void {
    const enoughMs = this.#histogram.quantileMs + this.#headroomMs;
    const wantedMs = Math.max(enoughMs, this.#attackMs);
    this.#ms = Math.max(this.#floorMs, Math.min(this.#ceilingMs, wantedMs));
    this.#attackMs = Math.min(this.#attackMs, this.#ceilingMs);
  }
}
