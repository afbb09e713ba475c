import type { FloorDecision, FloorPolicy } from '../contracts/floor-policy.js';
import type { Logger } from '../contracts/logger.js';
import type { TransmissionEndReason } from '@sidetone/protocol';
import { errorMessage } from '../error/error-message.js';
import type { TokenRate } from '../limit/token-bucket.js';
import type { Roster } from './roster.js';
import type { TalkLine } from './talk-line.js';
import type { TransmissionBoard } from './transmission-board.js';
import { HANDLES_AT_ONCE } from './frame-budget.js';

/** Silence of this length lets a blocked line go, and an idle one forget its last talkspurt. */
export const RELEASE_SILENCE_MS = 200;

/** Transmissions of a session: everybody on their nets is told of each, and no hand needs more. */
export const TRANSMISSION_STARTS: TokenRate = { burst: 20, perSecond: 5 };

export type StartRefusal = 'notAllowed' | 'overBudget' | 'floorRefused';

interface TalkFloorParts {
  readonly roster: Roster;
  readonly floorPolicy: FloorPolicy;
  readonly board: TransmissionBoard;
  readonly log: Logger;
}

/** The states of lines: who starts to talk, who stops, and who is made to. */
export class TalkFloor {
  readonly #parts: TalkFloorParts;

  constructor(parts: TalkFloorParts) {
    this.#parts = parts;
  }

  /** The first frame of a talkspurt is here. `null`: the line talks. */
  start(line: TalkLine, seq: number): StartRefusal | null {
    if (line.bar !== null) {
      this.#block(line);
      this.#refuse(line, 'NOT_ALLOWED_TO_SPEAK');
      return 'notAllowed';
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
    line.status = 'talking';
    line.endsInRow = 0;
    if (!line.carried) line.target.stale = true;
    talker.talkingLines++;
    line.route.talking.add(line);
    this.#parts.board.join(line, seq);
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
    if (reason === 'muted' || reason === 'revoked') this.#refuse(line, 'NOT_ALLOWED_TO_SPEAK');
  }

  #preempt(by: TalkLine, sessionId: string): void {
    for (const line of [...by.route.talking]) {
      if (line.target.talker.id !== sessionId || line === by) continue;
      this.force(line, 'preempted');
      this.#refuse(line, 'NET_BUSY', by.target.talker.id);
    }
  }

  #stop(line: TalkLine, reason: TransmissionEndReason): void {
    line.route.talking.delete(line);
    line.target.talker.talkingLines--;
    this.#parts.board.leave(line, reason);
  }

  #block(line: TalkLine): void {
    line.status = 'blocked';
    // Whoever would have got its copy here gets another route's.
    line.target.stale = true;
  }

  #ask({ route, target, priority }: TalkLine): FloorDecision {
    const holders = Array.from(route.talking, (line) => ({
      sessionId: line.target.talker.id,
      priority: line.priority,
    }));
    const { id: routeId, channel: channelId } = route.view;
    try {
      return this.#parts.floorPolicy.start({
        routeId,
        ...(channelId === undefined ? {} : { channelId }),
        sessionId: target.talker.id,
        priority,
        holders,
      });
    } catch (error) {
      this.#parts.log.error('the floor policy failed; the transmission is refused', {
        route: routeId,
        cause: errorMessage(error),
      });
      return { granted: false, code: 'NET_BUSY' };
    }
  }

  #refuse(line: TalkLine, code: 'NET_BUSY' | 'NOT_ALLOWED_TO_SPEAK', holder?: string): void {
    this.#parts.roster.session(line.target.talker.id)?.outlet.signal('transmissionRefused', {
      handle: line.talkHandle,
      route: line.route.view,
      code,
      ...(holder === undefined ? {} : { holder }),
    });
  }
}
