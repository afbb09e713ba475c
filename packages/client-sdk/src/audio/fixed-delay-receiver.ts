import type { PlayoutAction } from '../receiver/playout-action.js';
import type { OpusFrame } from './opus-frame.js';
import type { Receiver, ReceiverStatistics } from './receiver.js';

/** Frames wait this long by default, so that later ones have time to come. */
export const DEFAULT_PLAYOUT_DELAY_MS = 60;
/** A talkspurt whose end was lost ends after so long without a frame. */
const SILENT_MS = 200;
/** Concealment sounds like a voice for about so long, then like a machine. */
const MAX_CONCEALED_MS = 100;
/** A gap in media time this long is a pause of the talker and no loss. */
const PAUSE_TICKS = 500 * 48;
/** More than this above the playout delay is never made up by waiting: frames are left out. */
const MAX_EXCESS_MS = 440;

interface Waiting {
  readonly frame: OpusFrame;
  readonly arrivedAt: number;
}

type Phase =
  | { readonly status: 'idle' }
  /** A talkspurt has begun and is not played yet. */
  | { readonly status: 'buffering'; readonly since: number }
  | {
      readonly status: 'playing';
      nextTime: number;
      durationMs: number;
      concealedMs: number;
    };

const IDLE: Phase = { status: 'idle' };
type Step = PlayoutAction<OpusFrame>;

const SILENCE: Step = { kind: 'silence', sampleCount: 480 };

/**
 * Plays each talkspurt a fixed time after its first frame came. Lost frames are concealed one by
 * one; where nothing at all waits, playing halts under a short concealment and goes on when frames
 * come again, so that a stalled network delays words and does not swallow them.
 */
export class FixedDelayReceiver implements Receiver {
  readonly #delayMs: number;
  /** By sequence number, in ascending order. */
  readonly #waiting: Waiting[] = [];
  #phase: Phase = IDLE;
  /** Everything below has had its turn, in this talkspurt or in one before. */
  #nextSeq = 0;
  #lastArrivalAt = 0;
  #played = 0;
  #coveredMs = 0;
  #late = 0;
  #skipped = 0;

  constructor(delayMs: number = DEFAULT_PLAYOUT_DELAY_MS) {
    this.#delayMs = delayMs;
  }

  get idle(): boolean {
    return this.#phase.status === 'idle';
  }

  get statistics(): ReceiverStatistics {
    return {
      playoutDelayMs: this.#delayMs,
      played: this.#played,
      concealedMs: this.#coveredMs,
      late: this.#late,
      skipped: this.#skipped,
    };
  }

  push(frame: OpusFrame, nowMs: number): void {
    this.#lastArrivalAt = nowMs;
    if (frame.seq < this.#nextSeq) {
      this.#late += 1;
      return;
    }
    if (!this.#insert({ frame, arrivedAt: nowMs })) return;
    if (this.#phase.status === 'idle') this.#phase = { status: 'buffering', since: nowMs };
  }

  pull(nowMs: number): Step {
    if (this.#phase.status === 'buffering' && this.#isDue(this.#phase.since, nowMs)) this.#begin();
    if (this.#phase.status !== 'playing') return SILENCE;
    this.#skipExcess();
    return this.#play(this.#phase, nowMs);
  }

  /** It never asks for a change of pace. */
  stretched(): void {}

  #play(phase: Extract<Phase, { status: 'playing' }>, nowMs: number): Step {
    const first = this.#waiting[0];
    if (!first) return this.#underrun(phase, nowMs);
    if (first.frame.seq > this.#nextSeq) {
      if (first.frame.start || first.frame.time - phase.nextTime >= PAUSE_TICKS) {
        return this.#endAndLookOn(nowMs);
      }
      return this.#loss(phase, nowMs);
    }
    this.#waiting.shift();
    const { frame } = first;
    this.#nextSeq = frame.seq + 1;
    if (frame.packet.length === 0) return this.#endAndLookOn(nowMs);
    this.#played += 1;
    phase.nextTime = frame.time + frame.durationMs * 48;
    phase.durationMs = frame.durationMs;
    phase.concealedMs = 0;
    if (frame.end) this.#end();
    return decode(frame);
  }

  /** Later frames are there, so this one is lost; what an underrun has covered is not covered twice. */
  #loss(phase: Extract<Phase, { status: 'playing' }>, nowMs: number): Step {
    const { durationMs } = phase;
    this.#nextSeq += 1;
    phase.nextTime += durationMs * 48;
    if (phase.concealedMs >= durationMs) {
      phase.concealedMs -= durationMs;
      return this.#play(phase, nowMs);
    }
    return this.#conceal(durationMs);
  }

  #underrun(phase: Extract<Phase, { status: 'playing' }>, nowMs: number): Step {
    if (nowMs - this.#lastArrivalAt >= SILENT_MS) {
      this.#end();
      return SILENCE;
    }
    if (phase.concealedMs >= MAX_CONCEALED_MS) return SILENCE;
    phase.concealedMs += phase.durationMs;
    return this.#conceal(phase.durationMs);
  }

  /** Always from the beginning: this receiver leaves it to the decoder to fade. */
  #conceal(durationMs: number): Step {
    this.#coveredMs += durationMs;
    return { kind: 'conceal', durationMs, concealedMs: 0 };
  }

  #begin(): void {
    const first = this.#waiting[0];
    if (!first) {
      this.#phase = IDLE;
      return;
    }
    const { seq, time, durationMs } = first.frame;
    this.#nextSeq = seq;
    this.#phase = { status: 'playing', nextTime: time, durationMs, concealedMs: 0 };
  }

  /** The next talkspurt, if some of it is there, waits its own delay from its own first frame. */
  #end(): void {
    const first = this.#waiting[0];
    this.#phase = first ? { status: 'buffering', since: first.arrivedAt } : IDLE;
  }

  #endAndLookOn(nowMs: number): Step {
    this.#end();
    return this.pull(nowMs);
  }

  #isDue(since: number, nowMs: number): boolean {
    // The second clause is for pulls that come in bursts: then the frames themselves tell the time.
    return nowMs - since >= this.#delayMs || this.#waitingMs() > this.#delayMs;
  }

  #waitingMs(): number {
    return this.#waiting.reduce((sum, { frame }) => sum + frame.durationMs, 0);
  }

  #skipExcess(): void {
    if (this.#waitingMs() <= this.#delayMs + MAX_EXCESS_MS) return;
    while (this.#waitingMs() > this.#delayMs) {
      this.#waiting.shift();
      this.#skipped += 1;
    }
    this.#begin();
  }

  /** False for a number that waits already; a real frame takes the place of an empty one. */
  #insert(waiting: Waiting): boolean {
    const { seq, packet } = waiting.frame;
    let index = this.#waiting.length;
    while (index > 0 && (this.#waiting[index - 1]?.frame.seq ?? -1) >= seq) index -= 1;
    const present = this.#waiting[index]?.frame;
    if (present?.seq !== seq) {
      this.#waiting.splice(index, 0, waiting);
      return true;
    }
    if (present.packet.length > 0 || packet.length === 0) return false;
    this.#waiting[index] = waiting;
    return true;
  }
}

function decode(frame: OpusFrame): Step {
  const { packet, seq, durationMs } = frame;
  return { kind: 'decode', frame, packet, seq, durationMs, crossfade: false, stretchMs: 0 };
}
