import type { FloorDecision, FloorPolicy, FloorState } from '../contracts/floor-policy.js';
import type { Clock } from '../contracts/clock.js';
import type { Logger } from '../contracts/logger.js';
import type { SignalPayload, TransmissionEndReason } from '@sidetone/protocol';
import { errorMessage } from '../error/error-message.js';
import type { TokenRate } from '../limit/token-bucket.js';
import type { AudioRoute } from './audio-route.js';
import { HANDLES_AT_ONCE } from './frame-budget.js';
import type { Roster } from './roster.js';
import type { RouteTable } from './route-table.js';
import { TalkLimit } from './talk-limit.js';
import type { Bar, LineStatus, TalkLine } from './talk-line.js';
import type { TransmissionBoard } from './transmission-board.js';

/** Silence of this length lets a blocked line go, and an idle one forget its last talkspurt. */
export const RELEASE_SILENCE_MS = 200;

/** Transmissions of a session: everybody on their nets is told of each, and no hand needs more. */
export const TRANSMISSION_STARTS: TokenRate = { burst: 20, perSecond: 5 };

export type StartRefusal = 'notAllowed' | 'overBudget' | 'floorRefused';
type RefusalCode = SignalPayload<'transmissionRefused'>['code'];

interface TalkFloorParts {
  readonly clock: Clock;
  readonly roster: Roster;
  readonly routes: RouteTable;
  readonly floorPolicy: FloorPolicy;
  readonly board: TransmissionBoard;
  readonly log: Logger;
}

/** The states of lines: who starts to talk, who stops, and who is made to. */
export class TalkFloor {
  readonly #parts: TalkFloorParts;
  readonly #limit: TalkLimit;
  #starts = 0;

  constructor(parts: TalkFloorParts) {
    this.#parts = parts;
    this.#limit = new TalkLimit(parts.clock, {
      ending: (line, inMs) => this.#warn(line, inMs),
      over: (line) => {
        line.timedOut = true;
        this.force(line, 'timeout');
      },
    });
  }

  /** The first frame of a talkspurt is here. `null`: the line talks. */
  start(line: TalkLine, seq: number): StartRefusal | null {
    if (line.bar !== null) {
      this.#block(line);
      this.#refuse(line, refusalOf(line.bar));
      return 'notAllowed';
    }
    if (this.#isOver(line)) {
      this.#block(line);
      return 'floorRefused';
    }
    const { talker, transmission } = line.target;
    if (talker.talkingLines >= HANDLES_AT_ONCE) return 'overBudget';
    if (transmission === null && !talker.starts.take(line.lastFrameMs)) return 'overBudget';
    const decision = this.#ask(line);
    if (!decision.granted) {
      this.#block(line);
      this.#refuse(line, decision.code, decision.holder);
      return 'floorRefused';
    }
    for (const sessionId of decision.preempt) this.#preempt(line, sessionId);
    this.#begin(line, seq);
    return null;
  }

  /** The talker has let go, or gone quiet. */
  release(line: TalkLine, reason: 'released' | 'disconnected'): void {
    if (line.status === 'talking') this.#stop(line, reason);
    line.status = 'idle';
  }

  /**
   * A blocked line is free again. Its listeners stay with the other routes until it talks: those
   * may have to bring them the end of this talkspurt.
   */
  unblock(line: TalkLine): void {
    line.status = 'idle';
  }

  /** Drops what the line sends from now on, until it releases. */
  force(line: TalkLine, reason: TransmissionEndReason): void {
    if (line.status !== 'talking') return;
    this.#stop(line, reason);
    this.#block(line);
    if (reason === 'muted' || reason === 'revoked') {
      this.#refuse(line, refusalOf(line.bar ?? reason));
    }
  }

  /** The floor of the net has other rules, or has become one with that of others. */
  settle(route: AudioRoute): void {
    const state = this.#stateOf(route);
    const ended = new Set(this.#settled(state));
    const [keeper] = state.holders.filter(({ sessionId }) => !ended.has(sessionId));
    for (const line of this.#holding(route)) {
      if (!ended.has(line.target.talker.id)) continue;
      this.force(line, 'preempted');
      this.#refuse(line, 'NET_BUSY', keeper?.sessionId);
    }
  }

  /** The longest transmission of the net may be another now. */
  limitChanged(route: AudioRoute): void {
    for (const line of [...route.talking]) this.#limit.arm(line);
  }

  #begin(line: TalkLine, seq: number): void {
    line.status = 'talking';
    line.endsInRow = 0;
    line.startedMs = Math.min(
      line.lastFrameMs,
      ...this.#besides(line, 'talking').map(({ startedMs }) => startedMs),
    );
    line.timedOut = false;
    line.startOrder = this.#starts += 1;
    if (!line.carried) line.target.stale = true;
    line.target.talker.talkingLines++;
    line.route.talking.add(line);
    this.#parts.board.join(line, seq);
    this.#limit.arm(line);
  }

  #preempt(by: TalkLine, sessionId: string): void {
    for (const line of this.#holding(by.route)) {
      if (line.target.talker.id !== sessionId || line === by) continue;
      this.force(line, 'preempted');
      this.#refuse(line, 'NET_BUSY', by.target.talker.id);
    }
  }

  #stop(line: TalkLine, reason: TransmissionEndReason): void {
    this.#limit.disarm(line);
    line.route.talking.delete(line);
    line.target.talker.talkingLines--;
    this.#parts.board.leave(line, reason);
  }

  #block(line: TalkLine): void {
    line.status = 'blocked';
    // Whoever would have got its copy here gets another route's.
    line.target.stale = true;
  }

  #ask(line: TalkLine): FloorDecision {
    const { route, target, priority } = line;
    const { id: routeId, channel: channelId } = route.view;
    try {
      return this.#parts.floorPolicy.start({
        ...this.#stateOf(route),
        routeId,
        ...(channelId === undefined ? {} : { channelId }),
        sessionId: target.talker.id,
        priority,
      });
    } catch (error) {
      this.#parts.log.error('the floor policy failed; the transmission is refused', {
        route: routeId,
        cause: errorMessage(error),
      });
      return { granted: false, code: 'NET_BUSY' };
    }
  }

  /**
   * Whether the talker's time on the net ran out by another target and it has not let go of that:
   * the longest transmission is one of a talker on a net, whatever the handles.
   */
  #isOver(line: TalkLine): boolean {
    return this.#besides(line, 'blocked').some(
      (other) => other.timedOut && line.lastFrameMs - other.lastFrameMs < RELEASE_SILENCE_MS,
    );
  }

  /** Lines of the same talker on the same net, or one that a patch joins with it. */
  #besides(line: TalkLine, status: LineStatus): readonly TalkLine[] {
    const nets = this.#parts.routes.patchedWith(line.route);
    return [...line.target.talker.lines.values()].filter(
      (other) => other !== line && other.status === status && nets.includes(other.route),
    );
  }

  #settled(state: FloorState): readonly string[] {
    const { floorPolicy, log } = this.#parts;
    try {
      return floorPolicy.settle?.(state) ?? [];
    } catch (error) {
      log.error('the floor policy failed; who talks goes on', { cause: errorMessage(error) });
      return [];
    }
  }

  #stateOf(route: AudioRoute): FloorState {
    const holders = this.#holding(route).map((line) => ({
      sessionId: line.target.talker.id,
      priority: line.priority,
    }));
    return { net: route.net, holders };
  }

  /** Who talks on the route, and on those that a patch joins with it, in the order they started. */
  #holding(route: AudioRoute): readonly TalkLine[] {
    return this.#parts.routes
      .patchedWith(route)
      .flatMap(({ talking }) => [...talking])
      .sort((a, b) => a.startOrder - b.startOrder);
  }

  #warn(line: TalkLine, inMs: number): void {
    const { talker, transmission } = line.target;
    if (transmission === null) return;
    const { outlet } = this.#parts.roster.session(talker.id) ?? {};
    outlet?.signal('transmissionEnding', { id: transmission.id, route: line.route.view, inMs });
  }

  #refuse(line: TalkLine, code: RefusalCode, holder?: string): void {
    const { roster } = this.#parts;
    const sessionId = line.target.talker.id;
    // Over a patch somebody may have the floor whom this talker may not see.
    const named = holder !== undefined && roster.sees(sessionId, holder);
    roster.session(sessionId)?.outlet.signal('transmissionRefused', {
      handle: line.talkHandle,
      route: line.route.view,
      code,
      ...(named ? { holder } : {}),
    });
  }
}

function refusalOf(bar: Bar): RefusalCode {
  return bar === 'restricted' ? 'NET_RESTRICTED' : 'NOT_ALLOWED_TO_SPEAK';
}
