import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import { FrameRing, RING_FRAMES, type WaitingFrame } from './frame-ring.js';
import type { ConcealAction, PlayoutAction } from './playout-action.js';
import type { ReceivedFrame } from './received-frame.js';
import { ReceiverMetrics, type AdaptiveReceiverStatistics } from './receiver-metrics.js';
import {
  isHurried,
  resolveAdaptiveReceiverOptions,
  type AdaptiveReceiverOptions,
} from './receiver-options.js';
import { ReusedActions } from './reused-actions.js';
import { SeqMarks } from './seq-marks.js';
import { StretchPolicy } from './stretch-policy.js';
import { TargetDelay } from './target-delay.js';

/** A talkspurt whose end was lost ends after so long without a frame. */
const SILENT_MS = 200;
/** A gap in media time this long is a pause of the talker and no loss. */
const PAUSE_MS = 500;
/** By then the envelope has faded a concealment out, and nothing is cut off by an end. */
const FADED_MS = 120;
/** No frame is played that is later than this; playing goes on with one that is not. */
const MAX_DELAY_MS = 600;
/** The step in which an empty receiver asks again. */
const HALT_STEP_MS = 10;
/** Concealment of decoders comes in multiples of this. */
const CONCEAL_STEP_MS = 2.5;

/**
 * Decides when the frames of one talker are played, and what stands in for those that are missing.
 * Packets and pulls go in, actions come out; it knows no clock, no codec and no sound. Every call is
 * given the time in ms of one monotonic clock. The same calls give the same actions.
 *
 * Frames come authenticated and with unwrapped numbers, but late, out of order, twice, or never.
 */
export class AdaptiveReceiver<Frame extends ReceivedFrame> {
  readonly #carriesFec: (packet: Uint8Array) => boolean;
  readonly #ring = new FrameRing<Frame>();
  readonly #target: TargetDelay;
  readonly #stretch: StretchPolicy;
  readonly #metrics = new ReceiverMetrics();
  readonly #actions = new ReusedActions<Frame>();
  readonly #came = new SeqMarks(RING_FRAMES);
  #status: 'idle' | 'playing' = 'idle';
  /** All below have had their turn, in this talkspurt or in one before. */
  #nextSeq = 0;
  #nextMs = 0;
  #durationMs = 20;
  /** Concealed since the last frame, beyond what counts as the turn of a missing one. */
  #gapMs = 0;
  #crossfade = false;
  #lastArrivalAt = 0;
  /** When playing ran out of frames without having heard an end; `NaN` if it has not. */
  #haltedAt = NaN;
  #pushAt = -Infinity;
  #pullAt = -Infinity;
  #stretchable = false;

  constructor(options: AdaptiveReceiverOptions = {}) {
    const { floorMs, ceilingMs, initialMs, carriesFec } = resolveAdaptiveReceiverOptions(options);
    this.#carriesFec = carriesFec;
    this.#target = new TargetDelay(floorMs, ceilingMs, initialMs);
    this.#stretch = new StretchPolicy(isHurried(floorMs));
  }

  /** Nothing is playing and nothing waits. */
  get idle(): boolean {
    return this.#status === 'idle' && this.#ring.first === null;
  }

  /** A new object each time it is asked for. */
  get statistics(): AdaptiveReceiverStatistics {
    return this.#metrics.summary(this.#target.ms, this.#ring.dropped);
  }

  /** @param nowMs when it came */
  push(frame: Frame, nowMs: number): void {
    this.#pushAt = Math.max(this.#pushAt, nowMs);
    const at = this.#pushAt;
    if (frame.packet.length === 0) return this.#pushEnd(frame, at);
    if (this.#came.has(frame.seq)) {
      this.#metrics.duplicates += 1;
      return;
    }
    this.#came.set(frame.seq, at);
    this.#observe(frame, at);
    this.#pushCopies(frame, at);
    if (frame.seq < this.#nextSeq || this.#ring.put(frame, at) === 'old') {
      this.#metrics.cameLate(frame.seq);
      return;
    }
    this.#lastArrivalAt = at;
  }

  /** The next action. @param nowMs when its sound will be heard */
  pull(nowMs: number): PlayoutAction<Frame> {
    this.#pullAt = Math.max(this.#pullAt, nowMs);
    const now = this.#pullAt;
    this.#stretchable = false;
    for (;;) {
      if (this.#status === 'idle') {
        const waitMs = this.#waitMs(now);
        if (waitMs > 0) return this.#actions.silence(waitMs);
        this.#begin(now);
      }
      const action = this.#play(now);
      if (action) return action;
    }
  }

  /** What became of the wish in the last `decode`: ms of sound added (positive) or taken away. */
  stretched(ms: number): void {
    if (!this.#stretchable || ms === 0) return;
    this.#stretchable = false;
    this.#stretch.changed(ms);
    if (ms > 0) this.#metrics.insertedMs += ms;
    else this.#metrics.removedMs -= ms;
  }

  #observe({ seq, time, durationMs, start, packet, redundancy }: Frame, at: number): void {
    const mediaMs = time / SAMPLES_PER_MS;
    this.#target.packetArrived(mediaMs, durationMs, at);
    this.#target.frameAvailable(seq, mediaMs, at, true);
    if (start) return;
    if (this.#carriesFec(packet)) {
      this.#target.frameAvailable(seq - 1, mediaMs - durationMs, at, false);
    }
    const copies = redundancy?.length ?? 0;
    for (let i = 0; i < copies; i++) {
      const seqOffset = redundancy?.[i]?.seqOffset ?? 0;
      if (seqOffset < 1) continue;
      const copyMs = mediaMs - seqOffset * durationMs;
      this.#target.frameAvailable(seq - seqOffset, copyMs, at, false);
    }
  }

  #pushCopies(frame: Frame, at: number): void {
    const copies = frame.redundancy?.length ?? 0;
    for (let i = 0; i < copies; i++) {
      const copy = frame.redundancy?.[i];
      if (!copy || copy.packet.length === 0 || !(copy.seqOffset >= 1)) continue;
      if (frame.seq - copy.seqOffset < this.#nextSeq) continue;
      this.#ring.putCopy(frame, copy.seqOffset, copy.packet, at);
    }
  }

  /** It says where the talkspurt has ended, and nothing of the way. */
  #pushEnd(frame: Frame, at: number): void {
    if (frame.seq >= this.#nextSeq) this.#ring.put(frame, at);
  }

  /** How long until a talkspurt can begin; a whole step where none waits. */
  #waitMs(now: number): number {
    const { first } = this.#ring;
    if (!first) return HALT_STEP_MS;
    const mediaMs = first.mediaMs - this.#leadMs(first);
    const dueAt = Math.min(mediaMs + this.#target.baseMs, first.arrivedAt) + this.#target.ms;
    return dueAt - now;
  }

  /** Where the first frame that came is not the first that was said, it carries the one before. */
  #leadMs(first: WaitingFrame<Frame>): number {
    // Of a copy it is not known whether it was a start.
    const isLed = first.own && !first.start && first.seq > this.#nextSeq;
    if (first.packet.length === 0) return 0;
    return isLed && this.#carriesFec(first.packet) ? first.durationMs : 0;
  }

  #begin(now: number): void {
    const { first } = this.#ring;
    if (!first) return;
    const goesOn = !first.start && first.mediaMs - this.#nextMs < PAUSE_MS;
    if (!Number.isNaN(this.#haltedAt) && goesOn) {
      this.#metrics.concealed(Math.max(0, Math.min(now - this.#haltedAt, PAUSE_MS)));
      this.#passUpTo(first.seq);
    } else {
      this.#stretch.begins(now - first.mediaMs - this.#target.baseMs, this.#target.ms);
      this.#metrics.endRun();
    }
    const leadMs = this.#leadMs(first);
    this.#haltedAt = NaN;
    this.#status = 'playing';
    this.#nextSeq = leadMs > 0 ? first.seq - 1 : first.seq;
    this.#nextMs = first.mediaMs - leadMs;
    this.#durationMs = first.durationMs;
    this.#gapMs = 0;
  }

  /** `null` where the talkspurt has ended and there is more to look at. */
  #play(now: number): PlayoutAction<Frame> | null {
    this.#skipExcess(now);
    const { first } = this.#ring;
    if (!first) return this.#halt(now);
    if (this.#beginsAnew(first)) return this.#waitMs(now) > 0 ? this.#halt(now) : this.#end();
    if (first.mediaMs - this.#nextMs >= PAUSE_MS) return this.#end();
    if (first.seq > this.#nextSeq && !this.#covered(first.seq, first.mediaMs)) {
      return this.#fill(first, now);
    }
    if (this.#isCoveredCopy(first)) return this.#leaveOut(first);
    return first.packet.length === 0 ? this.#finish(first) : this.#playFrame(first, now);
  }

  #beginsAnew({ start, seq, mediaMs }: WaitingFrame<Frame>): boolean {
    return start && (seq > this.#nextSeq || mediaMs - this.#nextMs > this.#durationMs);
  }

  /** Up to the first frame that waits, whose packet may tell of the one before. */
  #fill(first: WaitingFrame<Frame>, now: number): PlayoutAction<Frame> {
    // A frame before a change of duration is not the one of which the packet could tell.
    const isAlike = first.durationMs === this.#durationMs;
    if (first.packet.length === 0 || !isAlike || !this.#carriesFec(first.packet)) {
      return this.#cover(first.seq, first.mediaMs);
    }
    const seq = first.seq - 1;
    const mediaMs = first.mediaMs - first.durationMs;
    if (seq > this.#nextSeq && !this.#covered(seq, mediaMs)) return this.#cover(seq, mediaMs);
    return this.#playRecovered(first, now);
  }

  /** A loss is not made up for by playing later from then on; a frame that is just late is. */
  #isCoveredCopy({ own, packet, mediaMs, durationMs }: WaitingFrame<Frame>): boolean {
    return !own && packet.length > 0 && this.#gapMs >= mediaMs + durationMs - this.#nextMs;
  }

  #leaveOut(place: WaitingFrame<Frame>): null {
    this.#pass(place.seq);
    this.#nextSeq = place.seq + 1;
    const nextMs = place.mediaMs + place.durationMs;
    this.#gapMs -= nextMs - this.#nextMs;
    this.#nextMs = nextMs;
    this.#ring.release(place);
    return null;
  }

  /** Goes on to a later frame if what was concealed fills the time up to it. */
  #covered(seq: number, mediaMs: number): boolean {
    if (this.#gapMs < mediaMs - this.#nextMs) return false;
    this.#passUpTo(seq);
    this.#nextSeq = seq;
    this.#gapMs -= mediaMs - this.#nextMs;
    this.#nextMs = mediaMs;
    return true;
  }

  #passUpTo(seq: number): void {
    const from = Math.max(this.#nextSeq, seq - RING_FRAMES);
    for (let missing = from; missing < seq; missing++) this.#pass(missing);
  }

  /** Later frames are there, so this gap is a loss: time goes on while it is concealed. */
  #cover(seq: number, mediaMs: number): ConcealAction {
    while (this.#gapMs >= this.#durationMs && this.#nextSeq < seq - 1) {
      this.#pass(this.#nextSeq);
      this.#nextSeq += 1;
      this.#nextMs += this.#durationMs;
      this.#gapMs -= this.#durationMs;
    }
    const leftMs = mediaMs - this.#nextMs - this.#gapMs;
    const ofFrameMs = this.#durationMs - (this.#gapMs % this.#durationMs);
    return this.#concealFor(Math.min(leftMs, ofFrameMs));
  }

  /** Nothing waits: it may all be late, so playing halts, and nothing is lost by that. */
  #halt(now: number): PlayoutAction<Frame> | null {
    if (now - this.#lastArrivalAt >= SILENT_MS && this.#metrics.runMs >= FADED_MS) {
      this.#haltedAt = now;
      return this.#end();
    }
    this.#stretch.halted();
    return this.#concealFor(HALT_STEP_MS);
  }

  #concealFor(ms: number): ConcealAction {
    const durationMs = Math.max(1, Math.ceil(ms / CONCEAL_STEP_MS)) * CONCEAL_STEP_MS;
    const action = this.#actions.conceal(durationMs, this.#metrics.runMs);
    this.#gapMs += durationMs;
    this.#metrics.concealed(durationMs);
    this.#crossfade = true;
    return action;
  }

  #playRecovered(after: WaitingFrame<Frame>, now: number): PlayoutAction<Frame> {
    const action = this.#actions.recover(after, this.#crossfade);
    const { durationMs, mediaMs } = after;
    this.#metrics.recovered += 1;
    this.#metrics.heard(now - (mediaMs - durationMs) - this.#target.baseMs, durationMs);
    this.#pass(after.seq - 1);
    this.#nextSeq = after.seq;
    this.#goOn(mediaMs, durationMs);
    return action;
  }

  #playFrame(place: WaitingFrame<Frame>, now: number): PlayoutAction<Frame> {
    const { durationMs, mediaMs, end, own } = place;
    const delayMs = now - mediaMs - this.#target.baseMs;
    const stretchMs = this.#stretch.wishMs(delayMs, this.#target.ms, durationMs);
    const action = this.#actions.decode(place, this.#crossfade, stretchMs);
    this.#stretchable = stretchMs !== 0;
    if (own) this.#metrics.played += 1;
    else this.#metrics.redundant += 1;
    this.#metrics.heard(delayMs, durationMs);
    this.#pass(place.seq);
    this.#nextSeq = place.seq + 1;
    this.#goOn(mediaMs + durationMs, durationMs);
    this.#ring.release(place);
    if (end) this.#end();
    return action;
  }

  #goOn(nextMs: number, durationMs: number): void {
    this.#nextMs = nextMs;
    this.#durationMs = durationMs;
    this.#gapMs = 0;
    this.#crossfade = false;
  }

  #pass(seq: number): void {
    this.#metrics.turn(seq, this.#came.has(seq));
  }

  /** The empty frame that stands where the last one was lost. */
  #finish(place: WaitingFrame<Frame>): null {
    this.#nextSeq = place.seq + 1;
    this.#ring.release(place);
    return this.#end();
  }

  #end(): null {
    this.#status = 'idle';
    this.#gapMs = 0;
    return null;
  }

  #skipExcess(now: number): void {
    const { first } = this.#ring;
    if (!first || !this.#isTooLate(first, now, MAX_DELAY_MS)) return;
    for (;;) {
      const place = this.#ring.first;
      if (!place || !this.#isTooLate(place, now, this.#target.ms)) return;
      if (place.packet.length > 0) this.#metrics.skipped += 1;
      this.#nextSeq = place.seq + 1;
      this.#nextMs = place.mediaMs + place.durationMs;
      this.#gapMs = 0;
      this.#crossfade = true;
      this.#ring.release(place);
    }
  }

  #isTooLate(place: WaitingFrame<Frame>, now: number, limitMs: number): boolean {
    const delayMs = now - Math.min(place.mediaMs + this.#target.baseMs, place.arrivedAt);
    return delayMs > limitMs;
  }
}
