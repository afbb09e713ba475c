import type { FrameDurationMs, MaybePromise, RouteView, SourceView } from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../clock/clock.js';
import type { HeldTarget } from '../media/speaker.js';
import type { CapturedFrame } from './captured-frame.js';
import type { FrameSealer } from './frame-sealer.js';
import { selectLanes, type Lane } from './lane-selection.js';
import { SentFrames } from './sent-frames.js';
import type { FrameStamp, SourceTimeline } from './source-timeline.js';
import { TalkspurtTail } from './talkspurt-tail.js';

/** One frame on its way out. */
export interface OutgoingFrame {
  readonly packet: MaybePromise<Uint8Array>;
  readonly durationMs: FrameDurationMs;
  /** Octet as in the sender part. */
  readonly level: number;
}

export interface TalkSenderParts {
  /** As the session of now knows it. */
  readonly source: SourceView;
  readonly clock: Clock;
  readonly timeline: SourceTimeline;
  readonly sealer: Pick<FrameSealer, 'seal' | 'drained'>;
  /** False while this client has muted itself, everywhere or on the route's net. */
  readonly mayTalk: (route: RouteView) => boolean;
}

/** One frame with its number, and where it goes. */
interface Delivery {
  readonly lanes: ReadonlyMap<string, Lane>;
  /** Those that the frame is not the last one for. */
  readonly goingOn: ReadonlyMap<string, Lane>;
  readonly stamp: FrameStamp;
  readonly durationMs: FrameDurationMs;
  /** Called only if somebody is to hear it. */
  readonly encode: () => OutgoingFrame;
}

const EMPTY = new Uint8Array(0);
const NONE: ReadonlySet<HeldTarget> = new Set();
const SILENT_LEVEL = 127;
/** A release waits so many frames for the next one, which then carries the end. */
const FRAMES_TO_WAIT = 2;

/**
 * Sends the frames of one source to the targets that are held: which lanes begin, go on and end
 * with each frame is worked out from what is held at that moment, so that holding and releasing
 * need no message.
 */
export class TalkSender {
  readonly #parts: TalkSenderParts;
  readonly #tail: TalkspurtTail;
  readonly #held = new Set<HeldTarget>();
  /** Handles of released targets: what comes next is their last frame. */
  readonly #lastWords = new Set<number>();
  /** What a gate sends the frames to, beside what is held. */
  #chosen: ReadonlySet<HeldTarget> = NONE;
  readonly #open = new Map<number, Lane>();
  readonly #sent = new SentFrames();
  /** Frames carry so many earlier ones along, 0 to 4, against losses in bursts. */
  earlierFrames = 0;
  #source: SourceView;
  #durationMs: FrameDurationMs = 20;
  #cancelFallback: CancelTimer | null = null;

  constructor(parts: TalkSenderParts) {
    this.#parts = parts;
    this.#source = parts.source;
    this.#tail = new TalkspurtTail(parts.clock);
  }

  get source(): SourceView {
    return this.#source;
  }

  /** Another session has taken the source on; what is held goes on as soon as it has lanes. */
  rebind(source: SourceView): void {
    this.#source = source;
  }

  /** The session that knew the lanes is lost: nothing that was begun can be ended. */
  abandonLanes(): void {
    this.#open.clear();
    this.#sent.clear();
    this.#lastWords.clear();
    this.#tail.close();
    this.#cancelFallback?.();
  }

  /** Whether a frame given now would be sent: otherwise it need not be encoded. */
  get wanted(): boolean {
    return this.#open.size > 0 || this.#desired().size > 0;
  }

  isHeld(target: HeldTarget): boolean {
    return this.#held.has(target) || this.#chosen.has(target);
  }

  /** Whether the last frame went to a route of the target and was not the end there. */
  isOnAir(target: HeldTarget): boolean {
    const routes = new Set(Array.from(this.#open.values(), ({ route }) => route.id));
    return target.lanes.some(({ route }) => routes.has(route.id));
  }

  /** Whether the targets have routes, and this client has muted itself on all of them. */
  silences(targets: Iterable<HeldTarget>): boolean {
    const lanes = [...targets].flatMap((target) => target.lanes);
    return lanes.length > 0 && lanes.every(({ route }) => !this.#parts.mayTalk(route));
  }

  hold(target: HeldTarget): void {
    this.#held.add(target);
  }

  /** The next frame is the target's last; without one within two frames an empty one is. */
  release(target: HeldTarget): void {
    if (!this.#held.delete(target) || this.#open.size === 0) return;
    for (const { handle } of target.lanes) this.#lastWords.add(handle);
    this.#cancelFallback?.();
    const waitMs = FRAMES_TO_WAIT * this.#durationMs;
    this.#cancelFallback = this.#parts.clock.after(waitMs, () => this.endNow());
  }

  /** Ends at once, by an empty frame, every lane that may not or should no longer talk. */
  endNow(): void {
    const desired = this.#desired();
    const ending = [...this.#open.values()].filter((lane) => !isChosen(lane, desired));
    if (ending.length === 0) return;
    // While others go on, a number of its own would look to their listeners like a lost frame.
    const othersGoOn = ending.length < this.#open.size;
    const { timeline } = this.#parts;
    const stamp = othersGoOn ? timeline.last : timeline.next(this.#durationMs);
    for (const lane of ending) this.#endEmpty(lane, stamp);
  }

  /**
   * Sends one frame to all held targets, and as the last one to those just released.
   * @param ending this target is released with this very frame
   */
  send(frame: OutgoingFrame, ending?: HeldTarget): void {
    const lanes = this.#desired();
    if (ending) this.#held.delete(ending);
    const goingOn = ending ? this.#desired() : lanes;
    if (lanes.size === 0 && this.#open.size === 0) return;
    const stamp = this.#parts.timeline.next(frame.durationMs);
    this.#deliver({ lanes, goingOn, stamp, durationMs: frame.durationMs, encode: () => frame });
  }

  /**
   * Sends one frame to the targets that a gate has chosen and to those that are held. Those chosen
   * before and not now end without a sound of this frame.
   * @param ending of the chosen ones those that end with this very frame
   */
  sendChosen(
    frame: CapturedFrame,
    chosen: ReadonlySet<HeldTarget>,
    ending: ReadonlySet<HeldTarget>,
  ): void {
    this.#chosen = chosen;
    const lanes = this.#desired();
    if (ending.size > 0) this.#chosen = new Set([...chosen].filter((each) => !ending.has(each)));
    const goingOn = ending.size > 0 ? this.#desired() : lanes;
    if (lanes.size === 0 && this.#open.size === 0) return;
    const { durationMs } = frame;
    const stamp = this.#parts.timeline.next(durationMs, frame.endMs);
    frame.stamp = stamp;
    for (const routeId of lanes.keys()) frame.routes.add(routeId);
    this.#deliver({ lanes, goingOn, stamp, durationMs, encode: () => frame.encode() });
  }

  /**
   * Sends frames of before at once, with the numbers and times that they have or would have had. A
   * route that is talked to now has heard what it should.
   * @param ends the last of them is the end of the talk
   */
  sendEarlier(
    frames: readonly CapturedFrame[],
    targets: readonly HeldTarget[],
    ends: boolean,
  ): void {
    const busy = new Set(Array.from(this.#open.values(), ({ route }) => route.id));
    const lanes = [...selectLanes(targets.map((target) => target.lanes)).values()].filter(
      ({ route }) => !busy.has(route.id) && this.#parts.mayTalk(route),
    );
    if (lanes.length === 0) return;
    for (const frame of withNumbersInOrder(frames)) {
      frame.stamp ??= this.#parts.timeline.next(frame.durationMs, frame.endMs);
      this.#durationMs = frame.durationMs;
      for (const lane of lanes) {
        if (frame.routes.has(lane.route.id)) continue;
        frame.routes.add(lane.route.id);
        this.#sendOn(lane, frame.encode(), frame.stamp, ends && frame === frames.at(-1));
      }
    }
  }

  /** The gate has no more frames for now: what it had chosen ends. */
  endChosen(): void {
    this.#chosen = NONE;
    this.endNow();
  }

  /** Forgets the target without a word, because the server has. */
  drop(target: HeldTarget): void {
    this.#held.delete(target);
    this.#chosen = new Set([...this.#chosen].filter((each) => each !== target));
    for (const { handle } of target.lanes) {
      this.#open.delete(handle);
      this.#sent.forget(handle);
      this.#lastWords.delete(handle);
      this.#tail.cancel(handle);
    }
  }

  /** Resolves when all that was given to `send` has left. */
  drained(): Promise<void> {
    return this.#parts.sealer.drained();
  }

  close(): void {
    this.#held.clear();
    this.#chosen = NONE;
    this.abandonLanes();
  }

  #desired(): Map<string, Lane> {
    const targets = new Set([...this.#held, ...this.#chosen]);
    const lanes = selectLanes(Array.from(targets, (target) => target.lanes));
    for (const [routeId, lane] of lanes) {
      if (!this.#parts.mayTalk(lane.route)) lanes.delete(routeId);
    }
    return lanes;
  }

  #deliver({ lanes, goingOn, stamp, durationMs, encode }: Delivery): void {
    this.#durationMs = durationMs;
    const released = [...this.#open.values()].filter((lane) => !isChosen(lane, lanes));
    for (const lane of lanes.values()) {
      this.#sendOn(lane, encode(), stamp, !isChosen(lane, goingOn));
    }
    for (const lane of released) {
      // The last word belongs to a released target alone: not to a muted net, and not twice to a
      // route that goes on over another handle.
      const hasLastWord = this.#lastWords.has(lane.handle) && this.#parts.mayTalk(lane.route);
      if (hasLastWord && !lanes.has(lane.route.id)) this.#sendOn(lane, encode(), stamp, true);
      else this.#endEmpty(lane, stamp);
    }
    this.#lastWords.clear();
  }

  #sendOn(lane: Lane, frame: OutgoingFrame, stamp: FrameStamp, end: boolean): void {
    const { packet, level, durationMs } = frame;
    const start = !this.#open.has(lane.handle);
    if (start) {
      this.#open.set(lane.handle, lane);
      this.#tail.cancel(lane.handle);
    }
    const sender = { start, end, durationMs, level, ...stamp };
    const earlier = this.#sent.add(lane.handle, start, frame, stamp, this.earlierFrames);
    this.#parts.sealer.seal(this.source.id, lane, sender, packet, earlier);
    if (end) this.#closeLane(lane, stamp);
  }

  #endEmpty(lane: Lane, stamp: FrameStamp): void {
    this.#sealEmpty(lane, stamp, this.#durationMs);
    this.#closeLane(lane, stamp);
  }

  #closeLane(lane: Lane, stamp: FrameStamp): void {
    this.#open.delete(lane.handle);
    this.#sent.forget(lane.handle);
    const durationMs = this.#durationMs;
    this.#tail.begin(lane, () => this.#sealEmpty(lane, stamp, durationMs));
  }

  #sealEmpty(lane: Lane, stamp: FrameStamp, durationMs: FrameDurationMs): void {
    const sender = { start: false, end: true, durationMs, level: SILENT_LEVEL, ...stamp };
    this.#parts.sealer.seal(this.source.id, lane, sender, EMPTY);
  }
}

function isChosen(lane: Lane, desired: ReadonlyMap<string, Lane>): boolean {
  return desired.get(lane.route.id)?.handle === lane.handle;
}

/** A frame without a number would get one that is higher than those of later frames: left out. */
function withNumbersInOrder(frames: readonly CapturedFrame[]): readonly CapturedFrame[] {
  const lastSent = frames.findLastIndex(({ stamp }) => stamp !== null);
  const gap = frames.findLastIndex(({ stamp }, i) => i < lastSent && stamp === null);
  return frames.slice(gap + 1);
}
