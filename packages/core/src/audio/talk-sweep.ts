import type { CancelTimer, Clock } from '../contracts/clock.js';
import type { FeedbackBoard } from './feedback-board.js';
import type { Roster } from './roster.js';
import type { TalkFloor } from './talk-floor.js';
import type { TalkLine } from './talk-line.js';
import type { TransmissionBoard } from './transmission-board.js';

export const SWEEP_PERIOD_MS = 100;

/** Without a frame for this long, a talkspurt whose end was lost is over. */
export const TALK_TIMEOUT_MS = 1_000;

interface TalkSweepParts {
  readonly clock: Clock;
  readonly board: TransmissionBoard;
  readonly floor: TalkFloor;
  readonly roster: Roster;
  readonly feedback: FeedbackBoard;
}

/** The one timer of the plane. It runs only while somebody talks. */
export class TalkSweep {
  readonly #parts: TalkSweepParts;
  #cancel: CancelTimer | null = null;

  constructor(parts: TalkSweepParts) {
    this.#parts = parts;
  }

  /** Called after each frame; cheap when there is nothing to do. */
  arm(): void {
    if (this.#cancel !== null || this.#parts.board.active.size === 0) return;
    this.#cancel = this.#parts.clock.every(SWEEP_PERIOD_MS, () => this.#sweep());
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #sweep(): void {
    const { clock, board } = this.#parts;
    const nowMs = clock.now();
    for (const { lines } of [...board.active]) {
      for (const line of [...lines]) {
        if (nowMs - line.lastFrameMs >= TALK_TIMEOUT_MS) this.#timeOut(line);
      }
    }
    board.sweep(nowMs);
    this.#parts.feedback.sweep(nowMs);
    if (board.active.size === 0) this.close();
  }

  #timeOut(line: TalkLine): void {
    const status = this.#parts.roster.session(line.target.talker.id)?.status;
    this.#parts.floor.release(line, status === 'active' ? 'released' : 'disconnected');
  }
}
