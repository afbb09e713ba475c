import { SeqMarks } from './seq-marks.js';

/** A gap in the sound that listeners call a freeze. */
const FREEZE_MS = 80;
const BUCKET_MS = 5;
const BUCKETS = 200;
const REMEMBERED_FRAMES = 256;

/** How one talker is received, since the receiver was made. */
export interface AdaptiveReceiverStatistics {
  /** Sound behind the fastest packet, as it is now. */
  readonly playoutDelayMs: number;
  readonly meanPlayoutDelayMs: number;
  /** 95 of 100 frames were heard within it, to 5 ms. */
  readonly p95PlayoutDelayMs: number;
  readonly targetMs: number;
  /** Frames heard from packets of their own. */
  readonly played: number;
  /** Frames heard out of the packet after them. */
  readonly recovered: number;
  /** Frames heard from a copy in a later frame. */
  readonly redundant: number;
  readonly concealedMs: number;
  /** Concealed share of the time in which something should have been heard, 0-1. */
  readonly concealedRatio: number;
  /** Gaps of 80 ms and more. */
  readonly freezes: number;
  /** Came after their turn. */
  readonly late: number;
  /** Frames whose own packet had not come when their turn was, less those that came later. */
  readonly lost: number;
  /** Share of the frames that were sent, 0-1. */
  readonly lossRatio: number;
  /** Mean number of packets missing in a row; 0 where none was. */
  readonly meanBurst: number;
  readonly duplicates: number;
  /** Frames left out to get back below the greatest delay. */
  readonly skipped: number;
  /** Playing time that was added to speech. */
  readonly insertedMs: number;
  /** Playing time that was taken out of speech. */
  readonly removedMs: number;
}

/** Counts for `AdaptiveReceiver`; plain fields, as every frame passes here. */
export class ReceiverMetrics {
  played = 0;
  recovered = 0;
  redundant = 0;
  late = 0;
  duplicates = 0;
  skipped = 0;
  insertedMs = 0;
  removedMs = 0;
  playoutDelayMs = 0;
  readonly #delays = new Uint32Array(BUCKETS);
  /** Only frames that were counted as lost can turn out to be late. */
  readonly #missing = new SeqMarks(REMEMBERED_FRAMES);
  #heard = 0;
  #heardMs = 0;
  #delaySumMs = 0;
  #concealedMs = 0;
  #runMs = 0;
  #freezes = 0;
  #turns = 0;
  #lost = 0;
  #missed = 0;
  #bursts = 0;
  #inBurst = false;

  /** How long the present gap is. */
  get runMs(): number {
    return this.#runMs;
  }

  heard(delayMs: number, durationMs: number): void {
    this.playoutDelayMs = delayMs;
    this.#heard += 1;
    this.#heardMs += durationMs;
    this.#delaySumMs += delayMs;
    const bucket = Math.max(0, Math.min(BUCKETS - 1, Math.floor(delayMs / BUCKET_MS)));
    this.#delays[bucket] = (this.#delays[bucket] ?? 0) + 1;
    this.#runMs = 0;
  }

  concealed(durationMs: number): void {
    const before = this.#runMs;
    this.#runMs += durationMs;
    this.#concealedMs += durationMs;
    if (before < FREEZE_MS && this.#runMs >= FREEZE_MS) this.#freezes += 1;
  }

  endRun(): void {
    this.#runMs = 0;
  }

  /** The turn of a frame has come: did its own packet? */
  turn(seq: number, came: boolean): void {
    this.#turns += 1;
    if (came) {
      this.#inBurst = false;
      return;
    }
    this.#missing.set(seq, 1);
    this.#lost += 1;
    this.#missed += 1;
    if (!this.#inBurst) this.#bursts += 1;
    this.#inBurst = true;
  }

  cameLate(seq: number): void {
    this.late += 1;
    if (!this.#missing.has(seq)) return;
    this.#missing.set(seq + REMEMBERED_FRAMES, 0);
    this.#lost -= 1;
  }

  summary(targetMs: number, dropped: number): AdaptiveReceiverStatistics {
    const soundMs = this.#heardMs + this.#concealedMs;
    return {
      playoutDelayMs: this.playoutDelayMs,
      meanPlayoutDelayMs: this.#heard === 0 ? 0 : this.#delaySumMs / this.#heard,
      p95PlayoutDelayMs: this.#quantileMs(0.95),
      targetMs,
      played: this.played,
      recovered: this.recovered,
      redundant: this.redundant,
      concealedMs: this.#concealedMs,
      concealedRatio: soundMs === 0 ? 0 : this.#concealedMs / soundMs,
      freezes: this.#freezes,
      late: this.late,
      lost: this.#lost,
      lossRatio: this.#turns === 0 ? 0 : this.#lost / this.#turns,
      meanBurst: this.#bursts === 0 ? 0 : this.#missed / this.#bursts,
      duplicates: this.duplicates,
      skipped: this.skipped + dropped,
      insertedMs: this.insertedMs,
      removedMs: this.removedMs,
    };
  }

  #quantileMs(share: number): number {
    let sum = 0;
    for (let i = 0; i < BUCKETS; i++) {
      sum += this.#delays[i] ?? 0;
      if (sum > 0 && sum >= share * this.#heard) return (i + 1) * BUCKET_MS;
    }
    return 0;
  }
}
