import type { PriorityClass } from '@sidetone/protocol';
import type { CancelTimer } from '../contracts/clock.js';
import type { Sender } from '../key/sender.js';
import type { TalkTarget } from '../talk/talk-target.js';
import type { AudioRoute } from './audio-route.js';
import { FrameBudget } from './frame-budget.js';
import type { SinkGroup } from './voice-paths.js';

/**
 * `idle`: the next frame starts a transmission. `talking`: it belongs to one. `blocked`: refused or
 * ended by force; frames are dropped until the talker releases.
 */
export type LineStatus = 'idle' | 'talking' | 'blocked';

/**
 * Why the talker may not be heard on a line: by a mute, for want of a right or membership, or by the
 * stance of the net.
 */
export type Bar = 'muted' | 'revoked' | 'restricted';

/** The end of a talkspurt is sent once and repeated twice. */
export const ENDS_PER_TALKSPURT = 3;

const NO_SINKS = new Uint32Array(0);
const NO_GROUPS: readonly SinkGroup[] = [];

export interface TalkLineSeed {
  readonly talkHandle: number;
  readonly target: TalkTarget;
  readonly route: AudioRoute;
  readonly sender: Sender;
  readonly pathCount: number;
}

/** What one talk handle means: one route within one target. */
export class TalkLine {
  readonly talkHandle: number;
  readonly target: TalkTarget;
  readonly route: AudioRoute;
  readonly sender: Sender;
  readonly budget: FrameBudget;
  priority: PriorityClass = 0;
  bar: Bar | null = null;
  /** Its route has ended for this talker for good; only another registration helps. */
  cut = false;
  status: LineStatus = 'idle';
  lastFrameMs: number = -Infinity;
  /** When its talker last began to talk on its route, by this or another target. */
  startedMs: number = -Infinity;
  /** The longest transmission of the net has ended its last one. */
  timedOut = false;
  /** Grows with each start on the server: who of several holders came first. */
  startOrder = 0;
  /** The end that its talker was warned of. */
  warnedOfMs: number | null = null;
  cancelLimit: CancelTimer | null = null;
  /** Frames with the end flag since it last talked; a line that never did has none to send. */
  endsInRow: number = ENDS_PER_TALKSPURT;
  /** What `carries` was when the target was compiled. */
  carried = true;
  /** Compiled: handles of the sessions that get its frames. */
  sinks: Uint32Array = NO_SINKS;
  /** `sinks` by transport, as of `groupsVersion` of the voice paths. */
  groups: readonly SinkGroup[] = NO_GROUPS;
  groupsVersion = -1;

  constructor({ talkHandle, target, route, sender, pathCount }: TalkLineSeed) {
    this.talkHandle = talkHandle;
    this.target = target;
    this.route = route;
    this.sender = sender;
    this.budget = new FrameBudget(pathCount);
  }

  /** Whether listeners may be given to this line when several routes reach them. */
  get carries(): boolean {
    return this.bar === null && this.status !== 'blocked';
  }

  compiled(sinks: Uint32Array): void {
    this.carried = this.carries;
    this.sinks = sinks;
    this.groupsVersion = -1;
  }
}
